/* signing.h: what sign-in, sign-up and password hand to each other, so that people type nothing twice. Each takes one,
 * or NULL.
 */
#ifndef VITRINE_SCREENS_PARTS_SIGNING_H
#define VITRINE_SCREENS_PARTS_SIGNING_H

#include <stdbool.h>

struct signing {
	const char *email; /* "" or NULL: not typed yet */
	bool sells;        /* sign_up: as a seller; people are not asked */
	bool buys;         /* sign_up: as a client; people are not asked */
	bool mailed;       /* sign_in: the account is made; people must first open the link in a mail */
	bool unconfirmed;  /* password: the address must be confirmed; false: the password was forgotten */
};

#endif
