/* assets.h: the files of assets/ that the demo needs, as part of the program.
 */
#ifndef VITRINE_PLATFORM_DEMO_ASSETS_H
#define VITRINE_PLATFORM_DEMO_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct asset {
	const unsigned char *bytes; /* static */
	size_t length;
};

/* The file of that name ("catalogue.json", "cup.png"); false when there is none. */
bool asset_find(const char *name, struct asset *ret_asset);

#endif
