/* Pictures: whole, cut at each byte, and of another kind. */
#include "tests/unit/unit.h"

#include "platform/image.h"

/* 1 by 1, as encoders write them, but for the numbers in a JPEG's tables. */
static const char png[] = "\211PNG\015\012\032\012"
			  "\000\000\000\015IHDR\000\000\000\001\000\000\000\001\010\000\000\000\000:~\233U"
			  "\000\000\000\012IDATx\234c`\000\000\000\002\000\001H\257\244q"
			  "\000\000\000\000IEND\256B`\202";
static const char jpeg[] = "\377\330\377\340\000\020JFIF\000\001\001\000\000\001\000\001\000\000"
			   "\377\333\000\004\000\001\377\377\300\000\003\001\377\332\000\003\001"
			   "scan\377\000data\377\320more\377\304\000\003h\377\332\000\003\001again\377\331";

struct image_case {
	image_look *look, *other;
	const char *bytes;
	size_t length, magic; /* bytes that tell its kind */
};
static const struct image_case cases[] = {{image_png, image_jpeg, png, sizeof png - 1, 8},
					  {image_jpeg, image_png, jpeg, sizeof jpeg - 1, 3}};

static void knows_where_they_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct image_case *one = &cases[i];

		for (size_t length = 0; length < one->length; length++) {
			/* so that a sanitizer sees what is read behind it */
			char *cut = test_malloc(length ? length : 1);

			memcpy(cut, one->bytes, length);
			assert_int_equal(one->look(cut, length), length < one->magic ? IMAGE_OTHER : IMAGE_CUT);
			test_free(cut);
		}
		assert_int_equal(one->look(one->bytes, one->length), IMAGE_WHOLE);
		assert_int_equal(one->look(one->bytes, one->length + 1), IMAGE_WHOLE); /* with something behind it */
		assert_int_equal(one->other(one->bytes, one->length), IMAGE_OTHER);
	}
}

static void refuses_what_only_begins_so(void **state)
{
	static const struct {
		image_look *look;
		const char *bytes;
		size_t length;
		enum image_state state;
	} bad[] = {
	    {image_png, "\211PNG\r\n\032\n\0\0\0\0IEND....", 20, IMAGE_OTHER},                      /* no IHDR */
	    {image_png, "\211PNG\r\n\032\n\0\0\0\0IHDR....\0\0\0\0IHDR....", 32, IMAGE_OTHER}, /* two */
	    {image_png, "\211PNG\r\n\032\n\377\377\377\377IHDR....", 20, IMAGE_CUT},
	    {image_jpeg, "\377\330\377\340\0\0\377\331", 8, IMAGE_OTHER}, /* a segment shorter than its length */
	    {image_jpeg, "\377\330\377\340\0\2X\331", 8, IMAGE_OTHER},
	    {image_jpeg, "\377\330\377\377\377", 5, IMAGE_CUT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(bad[i].look(bad[i].bytes, bad[i].length), bad[i].state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_where_they_end),
	    cmocka_unit_test(refuses_what_only_begins_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
