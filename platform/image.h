/* image.h: is this a picture of that kind, from its beginning to its end? Only the parts are walked along, nothing is
 * decoded: whoever shows it copes with what is inside. What follows the end is not looked at: cameras put things there.
 */
#ifndef VITRINE_PLATFORM_IMAGE_H
#define VITRINE_PLATFORM_IMAGE_H

#include <stddef.h>

/* IMAGE_CUT: it begins as one, and its end is missing. */
enum image_state { IMAGE_WHOLE, IMAGE_CUT, IMAGE_OTHER };
typedef enum image_state image_look(const void *bytes, size_t length);

image_look image_png, image_jpeg;

#endif
