/* scene.h: a state of a screen that goldens are taken of, in every size, with and without colours.
 */
#ifndef VITRINE_TESTS_SCREENS_SCENE_H
#define VITRINE_TESTS_SCREENS_SCENE_H

#include "tests/screens/golden.h"
#include "tests/screens/world.h"

/* One test plays it twice, each time in a new world: in colour, and with NO_COLOR. */
struct scene {
	const char *name;
	void (*play)(struct stage *stage);
};

/* All of them as cmocka's tests; what main returns. */
int scene_main(const struct scene *scenes, size_t count);

/* For play: starts the stage, at 80x24, and waits until it is quiet; _moving only until it has painted. */
void scene_open(void);
void scene_open_moving(void);

/* Takes NAME-80x24, -120x40 and -40x12 of what is shown; ends at 80x24. _moving: while a call is under way, which would
 * never come to rest: waits for the spinner. _looks: also NAME-200x60, and how it looks at 80x24. */
void scene_shot(const char *name);
void scene_shot_moving(const char *name);
void scene_shot_looks(const char *name);

/* Until the spinner turns, and until it no longer does. */
void scene_spinner(struct stage *stage);

#endif
