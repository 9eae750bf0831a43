/* A form's texts: where it opens, where a text goes that is typed at a choice, and what becomes of it when it is
 * left. */
#include "tests/unit/unit.h"

#include <locale.h>

#include "tui/widgets/form.h"
#include "tui/terminal/key.h"

static struct event key(const char *name)
{
	struct event event = {.kind = EVENT_KEY};

	assert_true(key_parse(name, strlen(name), &event.key));
	return event;
}

static void form_paint(const struct form *form, struct canvas *canvas, struct rect rect)
{
	struct form_places places;

	form_place(form, rect.width, &places);
	form_show(form, &places, canvas, rect, form_scroll(&places, rect.height, 0), true, 0);
}

static void form_keys(struct form *form, const char *names)
{
	for (const char *at = names; *at; at += strspn(at, " ")) {
		char name[KEY_NAME_SIZE];
		size_t length = strcspn(at, " ");
		snprintf(name, sizeof name, "%.*s", (int)length, at);
		struct event event = key(name);
		form_event(form, &event);
		at += length;
	}
}

static bool check_even(int kind, const char *text, char *ret_meaning, size_t meaning_size, char *ret_fault,
		       size_t fault_size)
{
	long value = strtol(text, NULL, 10);

	assert_int_equal(kind, 7);
	snprintf(ret_meaning, meaning_size, "%.*s", *text ? 20 : 0, text + strspn(text, "0"));
	if (value % 2)
		snprintf(ret_fault, fault_size, "must be even, which %ld is not", value);
	return value % 2 == 0;
}

static const char *const kinds[] = {"client", "seller", NULL};
static const struct form_row rows[] = {
    {.name = "kind", .label = "As a", .choices = kinds},
    {.name = "email", .label = "E-mail", .max = 40},
    {.name = "password", .label = "Password", .max = 40, .secret = true},
    {.name = "again", .label = "Also", .choices = kinds},
    {.name = "number", .label = "Number", .max = 10, .check = check_even, .kind = 7},
};

static void form_paste(struct form *form, const char *text)
{
	struct event event = {.kind = EVENT_PASTE, .text = text, .length = strlen(text)};

	assert_int_equal(form_event(form, &event), WIDGET_HANDLED);
}

/* It opens on its first text; a text at a choice goes to the next one; what is left is trimmed and checked. */
static void test_form_texts(void **state)
{
	(void)state;
	struct form form;
	struct canvas *canvas = canvas_new(60, 8, &glyphs_utf8);
	struct rect all = {0, 0, 60, 8};
	struct buf out;

	assert_non_null(canvas);
	buf_init(&out, 4096);
	assert_true(form_init(&form, rows, COUNT_OF(rows), NULL));
	assert_int_equal(form.focus, 1);
	form_keys(&form, "Up a @ b");
	assert_int_equal(form.focus, 1);
	assert_string_equal(form_text(&form, 1), "a@b");
	form_keys(&form, "Up Space");
	assert_string_equal(form_text(&form, 0), "seller");
	struct event help = key("?"), palette = key(":");
	assert_int_equal(form_event(&form, &help), WIDGET_IGNORED);
	assert_int_equal(form_event(&form, &palette), WIDGET_IGNORED);
	assert_int_equal(form.focus, 0);
	form_paste(&form, "\u00A0c \r\n");
	assert_int_equal(form.focus, 1);
	form_keys(&form, "Home");
	form_paste(&form, " \u202F");
	form_keys(&form, "Tab");
	assert_string_equal(form_text(&form, 1), "a@b\u00A0c"); /* only around it */
	form_paste(&form, " secret ");
	form_keys(&form, "Tab 3 x");
	assert_int_equal(form.focus, 4);
	assert_string_equal(form_text(&form, 2), " secret ");
	assert_string_equal(form_text(&form, 4), "3x");
	assert_string_equal(form.fields[4].error, "");
	form_click(&form, 1, 0);
	assert_int_equal(form.focus, 1);
	assert_string_equal(form.fields[4].error, "must be even, which 3 is not");
	form_set(&form, 4, "04");
	assert_true(form_settle(&form));
	canvas_clear(canvas);
	form_paint(&form, canvas, all);
	canvas_dump(canvas, &out);
	static const char shown[] = "  As a      \u2190 seller \u2192\n\u258C E-mail    a@b\u00A0c\n"
				    "  Password  \u2022\u2022\u2022\u2022\u2022\u2022\u2022\u2022\n"
				    "  Also      \u2190 client \u2192\n  Number    04  = 4\n";
	assert_memory_equal(buf_str(&out), shown, strlen(shown));
	form_set(&form, 4, "5");
	assert_false(form_settle(&form));
	assert_int_equal(form.focus, 4);
	form_done(&form);
	buf_done(&out);
	canvas_free(canvas);
}

/* What is wrong is said whole, however narrow the form is. */
static void test_errors_are_whole(void **state)
{
	static const struct form_row two[] = {{.label = "Price", .max = 20}, {.label = "Name", .max = 20}};
	struct canvas *canvas = canvas_new(40, 8, &glyphs_utf8);
	struct form form;
	struct buf out;

	(void)state;
	assert_non_null(canvas);
	buf_init(&out, 4096);
	assert_true(form_init(&form, two, 2, NULL));
	form_error(&form, 0, false,
		   "1.234 is 1234.00 or 1.23: type it without the point, or with two digits behind it");
	form_paint(&form, canvas, (struct rect){0, 0, 40, 8});
	canvas_dump(canvas, &out);
	assert_string_equal(buf_str(&out), "\u258C Price\n\n! 1.234 is 1234.00 or 1.23: type it\n"
					   "  without the point, or with two digits\n  behind it\n  Name\n\n\n");
	form_done(&form);
	buf_done(&out);
	canvas_free(canvas);
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_form_texts),
	    cmocka_unit_test(test_errors_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
