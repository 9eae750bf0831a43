/* faults.h: a person's way through the shop, walked again and again, each time with another reply going wrong.
 *
 * A way is a table of steps: what is typed, what is to be seen then, and what a person does when it isn't. Whatever
 * goes wrong, the program answers its keys meanwhile, says what happened, and the way can be gone on to its end.
 */
#ifndef VITRINE_TESTS_SCREENS_FAULTS_H
#define VITRINE_TESTS_SCREENS_FAULTS_H

#include "tests/screens/world.h"

/* In these texts '#' stands for the walk's number, which makes names and addresses its own, and '%' for the world's
 * folder. */
struct step {
	const char *keys, *seen;
	const char *again; /* NULL: nothing but the keys once more */
};

struct way {
	const struct step *steps;
	size_t count;
	int width, height; /* 80x24 when 0 */
	const char *email, *password; /* to sign in with, should the session be lost */
	size_t signs_in;	      /* the step after which there is one */
	/* What a person does in other cases than a step's `again`; false: not now. May be NULL. */
	bool (*otherwise)(struct stage *stage, const struct step *step, int walk);
	/* Before and after each walk: makes what it needs; insists on what there must be then, exactly once. May be
	 * NULL. */
	void (*before)(int walk);
	void (*after)(int walk);
};

/* Walks it once for every reply, with that one going wrong in this way ("hold", "drop", …, see faults.c), in a demo
 * behind a proxy, which it starts. */
void faults_walk(const struct way *way, const char *fault);

/* A text with the walk's number in it; valid until the next but three. */
const char *faults_text(const char *text, int walk);

/* For main: a test for each fault. `TEST` in the environment picks some. */
int faults_main(const struct way *way);

#endif
