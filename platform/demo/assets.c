#include "platform/demo/assets.h"

#include <string.h>

/* name in C, place below the top of the sources */
#define ASSETS(ASSET)                                   \
	ASSET(catalogue, "catalogue.json", "assets/")   \
	ASSET(beans, "beans.png", "assets/pictures/")   \
	ASSET(book, "book.png", "assets/pictures/")     \
	ASSET(bowl, "bowl.png", "assets/pictures/")     \
	ASSET(can, "can.png", "assets/pictures/")       \
	ASSET(cup, "cup.png", "assets/pictures/")       \
	ASSET(headphones, "headphones.png", "assets/pictures/") \
	ASSET(knife, "knife.png", "assets/pictures/")   \
	ASSET(lamp, "lamp.png", "assets/pictures/")     \
	ASSET(notebook, "notebook.png", "assets/pictures/") \
	ASSET(teapot, "teapot.png", "assets/pictures/") \
	ASSET(tin, "tin.png", "assets/pictures/")       \
	ASSET(yarn, "yarn.png", "assets/pictures/")

/* The assembler reads the files; the compiler passes it the -I that leads to them. */
#define INCLUDE_BYTES(symbol, file, folder)                                 \
	__asm__(".pushsection .rodata\n"                                    \
		"asset_" #symbol ": .incbin \"" folder file "\"\n"          \
		"asset_" #symbol "_end: .byte 0\n"                          \
		".popsection\n");                                           \
	extern const unsigned char asset_##symbol[], asset_##symbol##_end[];
ASSETS(INCLUDE_BYTES)

bool asset_find(const char *name, struct asset *ret_asset)
{
#define ROW(symbol, file, folder) {file, asset_##symbol, asset_##symbol##_end},
	static const struct {
		const char *name;
		const unsigned char *start, *end;
	} assets[] = {ASSETS(ROW)};

	for (size_t i = 0; i < sizeof assets / sizeof *assets; i++) {
		if (strcmp(assets[i].name, name) != 0)
			continue;
		*ret_asset = (struct asset){assets[i].start, (size_t)(assets[i].end - assets[i].start)};
		return true;
	}
	return false;
}
