/* A view as lines: all that its blocks say is said, over pages that are never too long; and hostile texts send nothing
 * but text. */
#include "tests/unit/unit.h"

#include "base/text.h"
#include "tui/view/view.h"

enum { LIST = 1, LONG, SHORT, FORM, CHART, PICTURE, TYPED, PAGES_MAX = 400, OUT_MAX = 1 << 22 };

enum { ADD, EMPTY };
static const struct binding keys[] = {
    {ADD, "add", "a", "add", "Add it", 1},
    {EMPTY, "empty", "C-x", "empty", "Empty it", 2},
};

struct world {
	struct view *view;
	struct keymap keymap;
	struct form form;
	struct field field;
};

static const char *const kinds[] = {"client", "seller", NULL};
static bool check_number(int kind, const char *text, char *ret_meaning, size_t meaning_size, char *ret_fault,
			 size_t fault_size)
{
	(void)kind;
	(void)ret_fault;
	(void)fault_size;
	snprintf(ret_meaning, meaning_size, "%s.00", text);
	return true;
}
static const struct form_row form_rows[] = {
    {.name = "kind", .label = "Account", .choices = kinds},
    {.name = "email", .label = "E-mail", .hint = "you@example.com", .max = 60},
    {.name = "password", .label = "Password", .max = 60, .secret = true},
    {.name = "price", .label = "Price", .max = 20, .check = check_number},
};

static struct view_lines how = {.most = 25, .more = "More: press Enter."};

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	assert_non_null(world);
	how.more = "More: press Enter.";
	world->view = view_new();
	assert_non_null(world->view);
	assert_true(keymap_init(&world->keymap, "test", "Test", keys, COUNT_OF(keys), NULL));
	assert_true(form_init(&world->form, form_rows, COUNT_OF(form_rows), NULL));
	assert_true(field_init(&world->field, 60, false, NULL));
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	view_free(world->view);
	form_done(&world->form);
	field_done(&world->field);
	free(world);
	return 0;
}

/* ---- a made-up view ---- */

static const struct view_column columns[] = {
    {.title = "Product", .min = 10},
    {.title = "Category", .min = 8, .drop = 9},
    {.title = "Price", .unit = "EUR", .min = 8, .align = ALIGN_DECIMAL, .fraction = 3},
    {.title = "Left", .min = 6, .drop = 8},
    {.title = "Nowhere", .absent = true},
};

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	static const char *const names[] = {"Product %lld, 250 g", "Category%lld", "%lld.50", "sold out", "absent"};

	(void)context;
	if (column == 3 && row % 2)
		return;
	ret_cell->is_word = column == 3;
	snprintf(ret_cell->space, sizeof ret_cell->space, names[column], (long long)row);
	ret_cell->text = ret_cell->space;
}

static void get_row(const void *context, int64_t row, struct view_row *ret_row)
{
	(void)context;
	ret_row->coming = row == 5;
	if (row == 1) {
		ret_row->tag = "*";
		ret_row->tag_word = "Tagged";
	}
	if (row % 3 == 2) {
		snprintf(ret_row->space, sizeof ret_row->space, "was %lld.00 when you added it", (long long)row);
		ret_row->note = ret_row->space;
		ret_row->note_role = ROLE_WARN;
	}
}

static void get_amount(const void *context, int64_t value, char space[VIEW_TEXT])
{
	(void)context;
	snprintf(space, VIEW_TEXT, "%lld.00 EUR", (long long)value);
}

static void get_label(const void *context, size_t index, char space[VIEW_TEXT])
{
	(void)context;
	snprintf(space, VIEW_TEXT, "%zu Nov", index + 1);
}

static struct view_table table_of(int id, int64_t count)
{
	return (struct view_table){
	    .place = {.id = id},
	    .columns = columns,
	    .column_count = COUNT_OF(columns),
	    .count = count,
	    .selected = 0,
	    .get_cell = get_cell,
	    .get_row = get_row,
	};
}

static void add_tables(struct view *view, int64_t count)
{
	struct view_table table = table_of(LONG, count);

	table.title = "Goods of somebody";
	table.place.focus = true;
	table.cell = 3;
	table.total_label = "Sum";
	table.total = "42.00";
	table.total_unit = "CHF";
	view_table(view, &table);
	table = table_of(SHORT, 2);
	table.headless = true;
	table.title = "Choices";
	view_table(view, &table);
}

static void add_others(struct world *world)
{
	static const int64_t values[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5};
	const struct view_part parts[] = {
	    {.text = "/"},
	    {.label = "Search", .text = "words", .field = &world->field},
	    {.label = "Sort", .text = "Best match"},
	    {.text = "24", .right = true},
	};
	const struct view_fact facts[] = {
	    {.label = "To", .value = "Ada Lovelace", .does = "change", .action = ADD},
	    {.label = "Note"},
	};
	struct view *view = world->view;

	view_line(view, &(struct view_line){.parts = parts, .count = COUNT_OF(parts)});
	view_group(view, &(struct view_group){.beside = VIEW_ROW_WIDE});
	view_picture(view, &(struct view_picture){.place = {.id = PICTURE}, .expected = true, .alt = "Picture: a cup"});
	view_prose(view, &(struct view_prose){.sign = "!",
					      .text = "A first line.\nJasmine, lemon and black tea, grown by "
						      "smallholders who dry every lot on raised beds, and posted "
						      "the same afternoon"});
	view_end(view);
	view_prose(view, &(struct view_prose){.place = {.when = VIEW_BESIDE}, .text = "Only beside"});
	view_facts(view, &(struct view_facts){.title = "Delivery", .facts = facts, .count = COUNT_OF(facts)});
	view_form(view, &(struct view_form){
			    .place = {.id = FORM}, .title = "An account", .text = "Once.", .form = &world->form});
	view_chart(view, &(struct view_chart){.place = {.id = CHART},
					      .title = "Revenue per day",
					      .values = values,
					      .count = COUNT_OF(values),
					      .amount = get_amount,
					      .label = get_label,
					      .each = NULL});
	view_notice(view, &(struct view_notice){.text = "The cart is empty.",
						.does = "goes to the shop",
						.action = EMPTY,
						.why = "Nothing was ever in it"});
	view_notice(view, &(struct view_notice){.text = "Nothing here.", .hint = "Wait a moment."});
	view_call(view, &(struct view_call){
			    .action = ADD, .label = "buy for 42.00 EUR", .remark = "Nothing is charged yet."});
	view_call(view, &(struct view_call){.action = ADD, .label = "sell", .off = true});
}

/* The present page; it holds at most 25 lines. */
static void read_page(struct world *world, struct buf *out)
{
	size_t before = out->length;
	int lines = 0;

	view_lines_layout(world->view, &how);
	assert_true(view_lines(world->view, &how, out));
	for (size_t at = before; at < out->length; at++)
		lines += out->bytes[at] == '\n';
	assert_in_range(lines, 0, how.most);
	if (how.more)
		assert_int_equal(view_lines_has_more(world->view), strstr(buf_str(out) + before, how.more) != NULL);
}

/* All pages, to the end. */
static void read_all(struct world *world, struct buf *out)
{
	int pages = 0;

	view_lines_restart(world->view);
	do
		read_page(world, out);
	while (view_lines_more(world->view) && ++pages < PAGES_MAX);
	assert_in_range(pages, 0, PAGES_MAX - 1);
}

/* Line feeds are blanks, to find what was wrapped. */
static void expect(struct buf *out, const char *text)
{
	for (size_t at = 0; at < out->length; at++)
		if (out->bytes[at] == '\n')
			out->bytes[at] = ' ';
	if (!strstr(buf_str(out), text))
		fail_msg("\"%s\" is not said in: %s", text, buf_str(out));
}

static void fill(struct world *world)
{
	form_set(&world->form, 0, "seller");
	form_set(&world->form, 2, "Geheim-12");
	form_set(&world->form, 3, "12");
	form_error(&world->form, 1, false, "An e-mail address is needed");
	field_set(&world->field, "sencha");
	view_begin(world->view, &world->keymap);
	add_others(world);
	add_tables(world->view, 100);
}

/* ---- the tests ---- */

static void all_is_said(void **state)
{
	static const char *const texts[] = {
	    "Search: sencha. Sort: Best match. 24.",
	    "Picture: a cup.",
	    "! A first line. Jasmine, lemon and black tea, grown by smallholders who dry every lot on raised beds, and",
	    " posted the same afternoon",
	    "Delivery. To: Ada Lovelace. a: change. Note: none.",
	    "An account. Once. Account: seller. Choices: 1 client; 2 seller. E-mail: empty. you@example.com. ",
	    "! E-mail: An e-mail address is needed. Password: typed, not shown. Price: 12. That is 12.00.",
	    "Revenue per day. Highest: 6 Nov. 9.00 EUR. 1 Nov to 2 Nov: 4.00 EUR.",
	    "9 Nov to 10 Nov: 8.00 EUR. 11 Nov: 5.00 EUR.",
	    "The cart is empty. empty: goes to the shop. Nothing was ever in it",
	    "Nothing here. Wait a moment.",
	    "a: buy for 42.00 EUR. Nothing is charged yet.",
	    "Not now: sell.",
	    "Goods of somebody. Product 1 to ",
	    " of 100. 1  Product 0, 250 g. Category Category0. Price 0.50 EUR. Left sold out.",
	    "2  Product 1, 250 g. Category Category1. Price 1.50 EUR. Tagged.",
	    "  ! was 2.00 when you added it.",
	    "6  This row is on its way.",
	    "Chosen: 1, Price.",
	    "Sum 42.00 CHF.",
	    "Choices. 101  Product 0, 250 g. Category0. 0.50 EUR. sold out.",
	};
	struct world *world = *state;
	struct buf out;
	char text[160];

	buf_init(&out, OUT_MAX);
	how.more = NULL; /* so that what is said stands together */
	fill(world);
	read_all(world, &out);
	assert_null(strstr(buf_str(&out), "Geheim"));
	assert_null(strstr(buf_str(&out), "beside"));
	assert_null(strstr(buf_str(&out), "absent"));
	for (size_t at = 0; at < COUNT_OF(texts); at++)
		expect(&out, texts[at]);
	/* Each row once, with each cell. */
	for (int row = 0; row < 100; row++) {
		if (row == 5)
			continue;
		snprintf(text, sizeof text, " %d  Product %d, 250 g. Category Category%d. Price %d.50 EUR.%s", row + 1,
			 row, row, row, row % 2 ? "" : " Left sold out.");
		expect(&out, text);
		assert_null(strstr(strstr(buf_str(&out), text) + 1, text));
	}
	buf_done(&out);
}

/* What fits on a page is one page, without a word of more. */
static void one_page(void **state)
{
	struct world *world = *state;
	struct view_table table = table_of(LIST, 4);
	struct buf out;

	buf_init(&out, OUT_MAX);
	view_begin(world->view, &world->keymap);
	view_table(world->view, &table);
	read_page(world, &out);
	assert_string_equal(buf_str(&out), "Product 1 to 4 of 4.\n"
					   "1  Product 0, 250 g. Category Category0. Price 0.50 EUR. Left sold out.\n"
					   "2  Product 1, 250 g. Category Category1. Price 1.50 EUR. Tagged.\n"
					   "3  Product 2, 250 g. Category Category2. Price 2.50 EUR. Left sold out.\n"
					   "  ! was 2.00 when you added it.\n"
					   "4  Product 3, 250 g. Category Category3. Price 3.50 EUR.\n");
	assert_false(view_lines_more(world->view));
	buf_done(&out);
}

/* Who brings rows is told which are in sight; a listing that isn't known to its end has more behind what is. */
static void windows(void **state)
{
	struct world *world = *state;
	struct view_table table = table_of(LIST, 50);
	struct buf out;

	buf_init(&out, OUT_MAX);
	table.more = true;
	view_begin(world->view, &world->keymap);
	view_prose(world->view, &(struct view_prose){.text = "Something before."});
	view_table(world->view, &table);
	assert_true(view_lines_layout(world->view, &how));
	assert_false(view_lines_layout(world->view, &how));
	assert_int_equal(view_first(world->view, LIST), 0);
	int shown = view_visible(world->view, LIST);
	assert_in_range(shown, 10, 22);
	read_page(world, &out);
	assert_non_null(strstr(buf_str(&out), "of 50 or more."));
	assert_true(view_lines_more(world->view));
	assert_true(view_lines_layout(world->view, &how));
	assert_int_equal(view_first(world->view, LIST), shown);
	for (int pages = 0; view_first(world->view, LIST) < 50; pages++) {
		assert_in_range(pages, 0, 9);
		buf_reset(&out);
		read_page(world, &out);
		assert_true(view_lines_more(world->view));
		view_lines_layout(world->view, &how);
	}
	/* The others have come. */
	table.more = false;
	table.count = 52;
	view_begin(world->view, &world->keymap);
	view_prose(world->view, &(struct view_prose){.text = "Something before."});
	view_table(world->view, &table);
	buf_reset(&out);
	read_page(world, &out);
	assert_string_equal(buf_str(&out),
			    "Product 51 to 52 of 52.\n"
			    "51  Product 50, 250 g. Category Category50. Price 50.50 EUR. Left sold out.\n"
			    "  ! was 50.00 when you added it.\n"
			    "52  Product 51, 250 g. Category Category51. Price 51.50 EUR.\n");
	assert_false(view_lines_more(world->view));
	buf_done(&out);
}

static void numbers(void **state)
{
	struct world *world = *state;
	int id = 0;
	int64_t row = -1;

	view_begin(world->view, &world->keymap);
	add_tables(world->view, 100);
	view_lines_layout(world->view, &how);
	assert_true(view_numbered(world->view, 1, &id, &row));
	assert_true(id == LONG && row == 0);
	assert_true(view_numbered(world->view, 100, &id, &row));
	assert_true(id == LONG && row == 99);
	assert_true(view_numbered(world->view, 102, &id, &row));
	assert_true(id == SHORT && row == 1);
	for (int at = 0; at < 4; at++)
		assert_false(view_numbered(world->view, (const int64_t[]){0, -1, 103, INT64_MAX}[at], &id, &row));
	assert_true(id == SHORT && row == 1);
}

static void typed(void **state)
{
	struct world *world = *state;
	struct view_typed what = {.label = NULL};
	struct view_table table = table_of(LIST, 4);

	view_begin(world->view, &world->keymap);
	view_table(world->view, &table);
	view_form(world->view, &(struct view_form){.place = {.id = FORM}, .form = &world->form});
	assert_false(view_typed(world->view, &what));
	table.cell = 3;
	table.field = &world->field;
	table.place.id = SHORT;
	view_table(world->view, &table);
	assert_true(view_typed(world->view, &what));
	assert_string_equal(what.label, "Price");
	assert_true(what.field == &world->field && !what.form);
	view_begin(world->view, &world->keymap);
	view_form(world->view, &(struct view_form){.place = {.id = FORM, .focus = true}, .form = &world->form});
	assert_true(view_typed(world->view, &what));
	assert_string_equal(what.label, "E-mail");
	assert_true(what.form == &world->form && what.field == &world->form.fields[1].field);
	const struct view_part part = {.text = "search", .field = &world->field, .typing = true};
	view_begin(world->view, &world->keymap);
	view_line(world->view, &(struct view_line){.parts = &part, .count = 1});
	assert_true(view_typed(world->view, &what));
	assert_string_equal(what.label, "search");
}

/* ---- hostile texts ---- */

static uint64_t chance;

static const char *hostile(struct view *view)
{
	char bytes[64];
	size_t length = chance_below(&chance, sizeof bytes);

	for (size_t at = 0; at < length; at++) {
		bytes[at] = (char)(chance_below(&chance, 3) ? chance_below(&chance, 40) : chance_below(&chance, 256));
		bytes[at] = bytes[at] ? bytes[at] : '\033';
	}
	bytes[length] = '\0';
	return chance_below(&chance, 9) ? view_printf(view, "%s", bytes) : NULL;
}

static void hostile_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	const char *const *texts = context;

	ret_cell->text = texts[(size_t)(row * 7 + (int64_t)column) % 16];
}

static void hostile_row(const void *context, int64_t row, struct view_row *ret_row)
{
	const char *const *texts = context;

	ret_row->note = texts[row % 16];
	ret_row->tag_word = texts[(row + 1) % 16];
	ret_row->coming = row % 5 == 0;
}

static void hostile_label(const void *context, size_t index, char space[VIEW_TEXT])
{
	const char *const *texts = context;

	snprintf(space, VIEW_TEXT, "%s", texts[index % 16] ? texts[index % 16] : "");
}

static void hostile_amount(const void *context, int64_t value, char space[VIEW_TEXT])
{
	hostile_label(context, (size_t)(uint64_t)value, space);
}

static void add_hostile(struct world *world)
{
	struct view *view = world->view;
	static const char *texts[16];
	int64_t values[20];

	for (size_t at = 0; at < COUNT_OF(texts); at++)
		texts[at] = hostile(view);
	for (size_t at = 0; at < COUNT_OF(values); at++)
		values[at] = chance_below(&chance, 4) ? (int64_t)chance_next(&chance) : INT64_MAX;
	const struct view_part part = {.label = texts[0], .text = texts[1]};
	const struct view_fact fact = {
	    .label = texts[2], .value = texts[3], .does = texts[4], .action = (int)chance_below(&chance, 4)};
	const struct view_column heads[] = {{.title = texts[5], .unit = texts[6]},
					    {.title = texts[7], .unit = texts[8]}};

	view_line(view, &(struct view_line){.parts = &part, .count = 1});
	view_prose(view, &(struct view_prose){.sign = texts[9], .text = texts[10]});
	view_facts(view, &(struct view_facts){.title = texts[11], .facts = &fact, .count = 1});
	view_form(view, &(struct view_form){.title = texts[12], .text = texts[13], .form = &world->form});
	view_chart(view, &(struct view_chart){.title = texts[14], .values = values, .count = chance_below(&chance, 20),
					      .label = hostile_label, .amount = hostile_amount, .context = texts});
	view_picture(view, &(struct view_picture){.expected = true, .alt = texts[15]});
	view_notice(view, &(struct view_notice){.text = texts[0], .does = texts[1], .hint = texts[2], .why = texts[3]});
	view_call(view, &(struct view_call){.label = texts[4], .remark = texts[5], .off = chance_below(&chance, 2)});
	view_table(view, &(struct view_table){.place = {.id = LIST},
					      .title = texts[6],
					      .columns = heads,
					      .column_count = 2,
					      .count = (int64_t)chance_below(&chance, 120),
					      .more = chance_below(&chance, 2),
					      .get_cell = hostile_cell,
					      .get_row = hostile_row,
					      .context = texts,
					      .total_label = texts[7],
					      .total = texts[8],
					      .total_unit = texts[9]});
}

static void hostile_texts(void **state)
{
	enum { ROUNDS = 300 };
	struct world *world = *state;
	struct buf out;

	chance = chance_seed();
	buf_init(&out, OUT_MAX);
	for (int round = 0; round < chance_rounds("VITRINE_ROUNDS", ROUNDS); round++) {
		view_begin(world->view, &world->keymap);
		form_error(&world->form, 1, false, hostile(world->view) ? hostile(world->view) : "");
		add_hostile(world);
		view_lines_restart(world->view);
		buf_reset(&out);
		for (int pages = 0; pages < 12; pages++) {
			read_page(world, &out);
			if (!view_lines_more(world->view))
				break;
		}
		for (size_t at = 0; at < out.length; at++)
			assert_true((unsigned char)out.bytes[at] >= 0x20 ? out.bytes[at] != 0x7F
									 : out.bytes[at] == '\n');
		for (const char *line = buf_str(&out); *line; line += strcspn(line, "\n") + 1)
			assert_false(text_has_control(line, strcspn(line, "\n")));
		assert_true(text_valid(out.bytes, out.length));
	}
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(all_is_said, setup, teardown),
	    cmocka_unit_test_setup_teardown(one_page, setup, teardown),
	    cmocka_unit_test_setup_teardown(windows, setup, teardown),
	    cmocka_unit_test_setup_teardown(numbers, setup, teardown),
	    cmocka_unit_test_setup_teardown(typed, setup, teardown),
	    cmocka_unit_test_setup_teardown(hostile_texts, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
