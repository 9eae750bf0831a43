/* signing.h: what the screens that let people in hand to each other, so that nothing is typed twice. Each takes one, or NULL.
 */
#ifndef VITRINE_SCREENS_PARTS_SIGNING_H
#define VITRINE_SCREENS_PARTS_SIGNING_H

#include <stdbool.h>

struct signing {
	const char *email; /* "" or NULL: not typed yet */
	bool sells;        /* sign_up: as a seller, and nobody need be asked about that */
	bool buys;         /* sign_up: the same for clients */
	bool mailed;       /* sign_in: the account is made, and a link has been mailed that has to be opened first */
	bool unconfirmed;  /* password: the address has to be confirmed; otherwise the password was forgotten */
};

#endif
