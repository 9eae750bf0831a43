/* Made-up screens as blocks, and what they look like at four sizes: held against tests/unit/views/. With UPDATE_GOLDEN
 * set it writes them anew, to be looked at before they are kept. */
#include "tests/unit/unit.h"

#include <locale.h>

#include "tui/terminal/key.h"
#include "tui/view/view.h"

static struct canvas *canvas;
static struct view *view;

enum { BLOCK_NONE, BLOCK_LIST, BLOCK_TEXT, BLOCK_FORM, BLOCK_PICTURE, BLOCK_SEARCH, BLOCK_OTHERS };
enum { ACTION_BUY, ACTION_CHANGE };
static const struct binding bindings[] = {
    {ACTION_BUY, "buy", "y", "buy", "Buy this", 1},
    {ACTION_CHANGE, "change", "e", "change", "Change it", 2},
};
static struct keymap keymap;

static int set_up(void **state)
{
	(void)state;
	assert_true(keymap_init(&keymap, "test", "Test", bindings, COUNT_OF(bindings), NULL));
	view = view_new();
	assert_non_null(view);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	view = view_free(view);
	canvas = canvas_free(canvas);
	return 0;
}

/* ---- what is shown ---- */

static const struct {
	const char *name, *category, *seller, *price, *left;
} goods[] = {
    {"Yirgacheffe, washed, 250 g", "Coffee", "Grace Roasters", "14.50", "38"},
    {"Huila decaf, 250 g", "Coffee", "Grace Roasters", "13.00", "4 low"},
    {"京都 煎茶 sencha, 100 g", "Tea", "Kintaro", "19.80", "12"},
    {"Café crème cups, set of 6", "Kitchen", "Línea Norte", "1'142.00", "sold out"},
};
enum { NAME, CATEGORY, SELLER, PRICE, LEFT, COLUMNS };
static const struct view_column columns[COLUMNS] = {
    [NAME] = {.title = "Product", .min = 16, .ideal = 34, .weight = 3},
    [CATEGORY] = {.title = "Category", .min = 8, .ideal = 12, .drop = 3},
    [SELLER] = {.title = "Seller", .min = 10, .ideal = 16, .weight = 1, .drop = 2},
    [PRICE] = {.title = "Price", .unit = "EUR", .min = 6, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3},
    [LEFT] = {.title = "Left", .min = 6, .ideal = 8, .drop = 1, .align = ALIGN_DECIMAL, .fraction = 4},
};

static void get_cell(const void *context, int64_t row, size_t column, struct view_cell *ret_cell)
{
	size_t which = (size_t)row % COUNT_OF(goods);
	const char *texts[] = {goods[which].name, goods[which].category, goods[which].seller, goods[which].price,
			       goods[which].left};
	static const enum role roles[] = {ROLE_TEXT, ROLE_FAINT, ROLE_FAINT, ROLE_PRICE, ROLE_TEXT};

	(void)context;
	ret_cell->text = texts[column];
	ret_cell->role = roles[column];
	ret_cell->is_word = column == LEFT && strchr(texts[column], 'o');
}

static void get_row(const void *context, int64_t row, struct view_row *ret_row)
{
	const bool *with_notes = context;

	ret_row->coming = row == 11;
	ret_row->faint = (size_t)row % COUNT_OF(goods) == 3;
	if ((size_t)row % COUNT_OF(goods) == 1 && with_notes) {
		ret_row->tag = "!";
		ret_row->tag_role = ROLE_WARN;
		ret_row->note = "was 12.50 when you added it";
		ret_row->note_role = ROLE_WARN;
	}
}

static const char story[] =
    "Jasmine, lemon and black tea. Grown at 2,050 m by smallholders who dry every lot on raised beds, "
    "roasted light on Tuesdays and posted the same afternoon.\nTwelve days of rest suit it.";

static struct view_table shop_table(void)
{
	return (struct view_table){
	    .place = {.id = BLOCK_LIST, .grow = 3, .focus = true, .least = 8},
	    .columns = columns,
	    .column_count = COLUMNS,
	    .count = 60,
	    .more = true,
	    .selected = 1,
	    .get_cell = get_cell,
	    .get_row = get_row,
	};
}

static void say_shop(void)
{
	struct view_table table = shop_table();
	const struct view_part parts[] = {
	    {.text = "/"},
	    {.label = "Search", .text = "search", .role = ROLE_FAINT, .close = true},
	    {.label = "Category", .text = "All categories", .role = ROLE_FAINT},
	    {.text = "In stock", .role = ROLE_FAINT, .drop = 1},
	    {.label = "Sort", .text = "Best match", .role = ROLE_FAINT, .drop = 2},
	    {.label = "Products", .text = "60+", .role = ROLE_FAINT, .right = true},
	};
	const struct view_part head[] = {{.text = goods[1].name, .role = ROLE_STRONG},
					 {.text = "13.00 EUR", .role = ROLE_PRICE, .right = true}};

	view_group(view, &(struct view_group){.place = {.grow = 1}, .beside = VIEW_ROW_WIDE, .rule = true});
	view_group(view, &(struct view_group){.place = {.grow = 3}});
	view_line(view, &(struct view_line){.parts = parts, .count = COUNT_OF(parts)});
	view_table(view, &table);
	view_end(view);
	view_group(view, &(struct view_group){.place = {.grow = 2, .when = VIEW_BESIDE}});
	view_picture(view,
		     &(struct view_picture){.place = {.id = BLOCK_PICTURE, .grow = 1, .drop = 1}, .expected = true});
	view_line(view, &(struct view_line){.parts = head, .count = COUNT_OF(head)});
	view_prose(view, &(struct view_prose){.place = {.id = BLOCK_TEXT}, .text = story});
	view_end(view);
	view_group(view, &(struct view_group){.place = {.drop = 1, .most = 4, .when = VIEW_BELOW}});
	view_line(view, &(struct view_line){.parts = head, .count = COUNT_OF(head)});
	view_prose(view, &(struct view_prose){.place = {.tight = true, .most = 2, .least = 1}, .text = story});
	view_end(view);
	view_end(view);
}

static void say_checkout(void)
{
	static const bool with_notes = true;
	static const struct view_column lines[] = {
	    {.title = "Product", .min = 16, .ideal = 44, .weight = 1},
	    {.title = "Quantity", .min = 4, .ideal = 8, .align = ALIGN_RIGHT},
	    {.title = "Price", .min = 6, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3, .drop = 1},
	    {.title = "Amount", .min = 6, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3},
	};
	static const struct view_fact facts[] = {
	    {.label = "To",
	     .value = "Ada Lovelace, 12 St James's Square, London SW1Y 4JH",
	     .does = "change",
	     .action = ACTION_CHANGE},
	    {.label = "Pay", .value = "The seller sends an invoice with the goods."},
	    {.label = "Note"},
	};

	view_table(view, &(struct view_table){.place = {.id = BLOCK_LIST},
					      .columns = lines,
					      .column_count = COUNT_OF(lines),
					      .count = 3,
					      .selected = -1,
					      .get_cell = get_cell,
					      .get_row = get_row,
					      .context = &with_notes,
					      .total_label = "Total",
					      .total = "42.00",
					      .total_unit = "EUR"});
	view_facts(view, &(struct view_facts){.facts = facts, .count = COUNT_OF(facts)});
	view_call(view, &(struct view_call){.action = ACTION_BUY,
					    .label = "buy for 42.00 EUR",
					    .remark = "Nothing is charged or reserved yet."});
}

static void say_product(void)
{
	static const struct view_column others[] = {
	    {.min = 16, .ideal = 30, .weight = 1},
	    {.min = 6, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3},
	};
	const struct view_part price[] = {{.text = "14.50 EUR", .role = ROLE_PRICE}, {.text = "38 left"}};

	view_group(view, &(struct view_group){.place = {.grow = 1}, .beside = VIEW_ROW_WIDE});
	view_picture(view,
		     &(struct view_picture){.place = {.id = BLOCK_PICTURE, .grow = 1, .drop = 1}, .expected = true});
	view_group(view, &(struct view_group){.beside = VIEW_COLUMN});
	view_prose(view, &(struct view_prose){.text = goods[0].name, .role = ROLE_STRONG});
	view_line(view, &(struct view_line){.place = {.tight = true}, .parts = price, .count = COUNT_OF(price)});
	view_prose(view, &(struct view_prose){.place = {.id = BLOCK_TEXT}, .text = story});
	view_end(view);
	view_end(view);
	view_table(view,
		   &(struct view_table){.place = {.id = BLOCK_OTHERS, .focus = true, .most = 5, .drop = 2, .least = 3},
					.title = "Also from Grace Roasters",
					.columns = others,
					.column_count = COUNT_OF(others),
					.headless = true,
					.flow = true,
					.count = 4,
					.selected = 2,
					.get_cell = get_cell});
}

static void get_amount(const void *context, int64_t value, char space[VIEW_TEXT])
{
	(void)context;
	snprintf(space, VIEW_TEXT, "%lld.00", (long long)value);
}

static void get_label(const void *context, size_t index, char space[VIEW_TEXT])
{
	(void)context;
	snprintf(space, VIEW_TEXT, "%zu Nov", index + 1);
}

static void get_each(const void *context, size_t count, char space[VIEW_TEXT])
{
	(void)context;
	snprintf(space, VIEW_TEXT, count > 1 ? "per %zu days" : "per day", count);
}

static void say_dashboard(void)
{
	static const int64_t days[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9,
				       3, 2, 3, 8, 4, 6, 2, 6, 4, 3, 3, 8, 3, 2, 7};
	static const struct view_column best[] = {
	    {.title = "Best products", .min = 13, .ideal = 24, .weight = 1},
	    {.title = "Units", .min = 5, .ideal = 5, .drop = 1, .align = ALIGN_RIGHT},
	    {.title = "Revenue", .min = 9, .ideal = 9, .align = ALIGN_DECIMAL, .fraction = 3},
	};
	const struct view_part head[] = {
	    {.text = "Revenue, last 30 days", .role = ROLE_STRONG},
	    {.text = "41 units", .role = ROLE_FAINT, .drop = 1},
	    {.text = "1'284.30 EUR", .role = ROLE_PRICE, .right = true},
	    {.text = "▲ 12 %", .role = ROLE_GOOD, .right = true, .drop = 2},
	};
	struct view_table table = {.place = {.id = BLOCK_LIST, .grow = 3},
				   .columns = best,
				   .column_count = COUNT_OF(best),
				   .count = 5,
				   .selected = -1,
				   .get_cell = get_cell};

	view_line(view, &(struct view_line){.parts = head, .count = COUNT_OF(head)});
	view_chart(view, &(struct view_chart){.place = {.grow = 1, .most = 16},
					      .title = "Revenue per day",
					      .values = days,
					      .count = COUNT_OF(days),
					      .amount = get_amount,
					      .label = get_label,
					      .each = get_each});
	view_group(view, &(struct view_group){.beside = VIEW_ROW_HALF});
	view_table(view, &table);
	table.place.id = BLOCK_OTHERS;
	table.place.grow = 2;
	table.column_count = 2;
	view_table(view, &table);
	view_end(view);
	view_line(view, &(struct view_line){.parts = &(struct view_part){.text = "Sales to ship  3"}, .count = 1});
}

static const char *const roles_of[] = {"client", "seller", NULL};
static const struct form_row form_rows[] = {
    {.name = "as", .label = "As a", .choices = roles_of},
    {.name = "name", .label = "Name", .max = 80, .hint = "as others see it"},
    {.name = "email", .label = "E-mail", .max = 80},
    {.name = "about", .label = "About you", .max = 400, .lines = 3},
    {.name = "password", .label = "Password", .max = 80, .secret = true},
};
static struct form form;

static void say_form(void)
{
	view_form(view, &(struct view_form){.place = {.id = BLOCK_FORM, .focus = true},
					    .title = "Sign up",
					    .text = "An account keeps your cart and shows what you bought.",
					    .form = &form});
}

static void say_empty(void)
{
	view_line(view, &(struct view_line){.parts = (const struct view_part[]){{.text = "Cart", .role = ROLE_STRONG},
										{.text = "0", .right = true}},
					    .count = 2});
	view_notice(
	    view, &(struct view_notice){.text = "The cart is empty.",
					.does = "goes to the shop",
					.action = ACTION_CHANGE,
					.why = "What you add here is kept on the platform once you have signed in, and "
					       "stands here again wherever you sign in."});
}

/* A grid whose cell is being changed. */
static void say_grid(void)
{
	struct view_table table = shop_table();

	table.more = false;
	table.cell = 1 + PRICE;
	table.selected = 2;
	view_table(view, &table);
	view_prose(view, &(struct view_prose){.role = ROLE_WARN, .sign = "!", .text = "2 tagged, 1 changed, not sent"});
}

static const struct {
	const char *name;
	void (*say)(void);
} screens[] = {
    {"shop", say_shop}, {"checkout", say_checkout}, {"product", say_product}, {"dashboard", say_dashboard},
    {"form", say_form}, {"empty", say_empty},	    {"grid", say_grid},
};

/* ---- showing it ---- */

static void show(void (*say)(void), int width, int height)
{
	struct rect body = {0, 0, width, height};

	canvas_free(canvas);
	canvas = canvas_new(width, height, &glyphs_utf8);
	assert_non_null(canvas);
	view_begin(view, &keymap);
	say();
	if (view_layout(view, body)) {
		view_begin(view, &keymap);
		say();
		assert_false(view_layout(view, body)); /* it is at rest then */
	}
	view_paint(view, canvas);
}

static void hold(const char *name, int width, int height)
{
	char path[512], kept[1 << 16] = "";
	struct buf text;
	int x, y;

	snprintf(path, sizeof path, "%s/tests/unit/views/%s-%dx%d.txt", getenv("top_srcdir"), name, width, height);
	buf_init(&text, sizeof kept - 1);
	if (canvas_has_cursor(canvas, &x, &y))
		buf_printf(&text, "cursor %d,%d\n", x, y);
	canvas_dump(canvas, &text);
	if (getenv("UPDATE_GOLDEN")) {
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fputs(buf_str(&text), file);
		fclose(file);
	}
	FILE *file = fopen(path, "r");
	if (!file)
		fail_msg("%s isn't there; UPDATE_GOLDEN=1 writes it", path);
	kept[fread(kept, 1, sizeof kept - 1, file)] = '\0';
	fclose(file);
	if (strcmp(kept, buf_str(&text)) != 0)
		fail_msg("%s is not what is painted:\n%s", path, buf_str(&text));
	buf_done(&text);
}

static void test_looks(void **state)
{
	static const struct {
		int width, height;
	} sizes[] = {{40, 8}, {80, 20}, {120, 36}, {200, 56}};

	(void)state;
	assert_true(form_init(&form, form_rows, COUNT_OF(form_rows), NULL));
	form_set(&form, 1, "Ada");
	form_set(&form, 3, story);
	form_error(&form, 2, true, "is needed");
	for (size_t at = 0; at < COUNT_OF(screens); at++)
		for (size_t size = 0; size < COUNT_OF(sizes); size++) {
			show(screens[at].say, sizes[size].width, sizes[size].height);
			hold(screens[at].name, sizes[size].width, sizes[size].height);
		}
	form_done(&form);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_looks),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
