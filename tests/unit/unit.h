/* unit.h: what the unit tests share: cmocka with what it needs, and numbers that are random but can be had again.
 */
#ifndef VITRINE_TESTS_UNIT_UNIT_H
#define VITRINE_TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/chance.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#endif
