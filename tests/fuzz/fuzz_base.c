/* fuzz_base.c: arbitrary bytes as what the first platform answers: each of its lists is read, and made into the answers
 * that the full platform would give; whatever else it is, it is an error that can be told. */
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "models/money.h"
#include "models/purchase.h"
#include "net/first/catalogue.h"
#include "net/first/history.h"
#include "net/first/reading.h"
#include "net/first/starts.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAGES_MAX = 100000 };

static void check_text(const char *text)
{
	must(text && text_valid(text, strlen(text)), "a text is there, and valid");
}

static void check_err(const struct err *err)
{
	must(err->kind == ERR_PROTOCOL && *err->message, "a refusal says why");
	check_text(err->message);
}

/* An amount reads back as itself. */
static void check_price(const char *text)
{
	char plain[MONEY_SIZE];
	int64_t price = reading_price(text);

	must(price >= -1, "an amount, or none");
	if (price < 0)
		return;
	money_format(price, plain);
	must(reading_price(plain) == price, "an amount reads back as itself");
}

/* ---- a call that is answered from what there is ---- */

struct asked {
	struct first first;
	struct job job;
	struct call call;
};

static void ask(struct asked *asked, enum api_op op, const void *query, void (*start)(struct call *))
{
	asked->call = (struct call){.op = op, .job = &asked->job, .args.query = query};
	arena_init(&asked->call.arena, REPLY_ARENA);
	asked->call.reply = reply_new(op);
	must(asked->call.reply, "there is memory");
	start(&asked->call);
	must(asked->call.settled, "it is answered at once");
	must(asked->call.reply->ok, "and well");
}

static void forget(struct asked *asked)
{
	net_reply_free(asked->call.reply);
	arena_done(&asked->call.arena);
}

/* A cursor that outlives its reply. */
static const char *keep_cursor(char space[64], const char *next)
{
	snprintf(space, 64, "%s", next ? next : "");
	return *space ? space : NULL;
}

static void check_products(struct asked *asked, int sort)
{
	struct product_query query = {.sort = sort, .limit = 7};
	const struct catalogue *catalogue = asked->first.catalogue;
	int64_t last = sort == SORT_PRICE_DOWN ? INT64_MAX : 0;
	bool unpriced = false;
	char cursor[64];
	size_t seen = 0;

	for (int page = 0; page < PAGES_MAX; page++) {
		ask(asked, API_product_list, &query, first_product_list);
		const struct product_page *answer = asked->call.reply->answer;
		for (size_t i = 0; i < answer->products_count; i++, seen++) {
			const struct product *product = &answer->products[i];

			check_text(product->name);
			check_text(product->category);
			check_text(product->seller_name);
			check_price(product->price_text);
			unpriced = unpriced || product->price < 0;
			if (sort == SORT_NEWEST)
				continue;
			must(unpriced == (product->price < 0), "what has no amount comes last");
			must(unpriced || (sort == SORT_PRICE ? last <= product->price : last >= product->price),
			     "sorted");
			last = product->price;
		}
		query.cursor = keep_cursor(cursor, answer->next_cursor);
		forget(asked);
		if (!query.cursor)
			break;
	}
	must(seen == catalogue->items_count, "all are listed, each once");
}

static void check_categories(struct asked *asked)
{
	int64_t in_one = 0, counted = 0;
	char cursor[64];
	struct page_query query = {.limit = 7};

	for (size_t i = 0; i < asked->first.catalogue->items_count; i++)
		in_one += *asked->first.catalogue->items[i].product.category != '\0';
	for (int page = 0; page < PAGES_MAX; page++) {
		ask(asked, API_category_list, &query, first_category_list);
		const struct category_page *answer = asked->call.reply->answer;
		for (size_t i = 0; i < answer->categories_count; i++) {
			must(*answer->categories[i].name && answer->categories[i].products > 0, "a category is one");
			counted += answer->categories[i].products;
		}
		query.cursor = keep_cursor(cursor, answer->next_cursor);
		forget(asked);
		if (!query.cursor)
			break;
	}
	must(counted == in_one, "every product is counted in its category");
}

/* ---- the lists ---- */

static void read_catalogue(const struct transfer_answer *answer)
{
	struct err err = {.kind = ERR_NONE};
	struct catalogue *catalogue = catalogue_new();
	struct asked asked = {
	    .first = {.options.fresh_ms = INT_MAX, .catalogue = catalogue, .loaded_at = clock_monotonic()},
	    .job.first = &asked.first,
	};

	must(catalogue, "there is memory");
	bool products = catalogue_read_products(catalogue, answer, &err);
	if (!products)
		check_err(&err);
	if (!catalogue_read_sellers(catalogue, answer, &err))
		check_err(&err);
	must(catalogue_join(catalogue, &err) && catalogue_make_words(catalogue, &err), "there is memory");
	for (int sort = SORT_NEWEST; products && sort <= SORT_PRICE_DOWN; sort++)
		check_products(&asked, sort);
	if (products)
		check_categories(&asked);
	catalogue_free(catalogue);
}

static void check_purchase(const struct purchase *purchase, size_t *units)
{
	int64_t total = 0, amount;

	check_text(purchase->id);
	must((purchase->date_text != NULL) == (purchase->purchase_date == 0), "a date, or its text");
	must(purchase->lines_count > 0, "something was bought");
	for (size_t i = 0; i < purchase->lines_count; i++) {
		const struct purchase_line *line = &purchase->lines[i];

		check_text(line->product_name);
		check_price(line->price_text);
		must(line->quantity > 0, "a line has units");
		*units += (size_t)line->quantity;
		if (line->price < 0 || total < 0 || !money_multiply(line->price, line->quantity, &amount) ||
		    !money_add(total, amount, &total))
			total = -1;
	}
	must(purchase->total == total, "the total is the lines', or can't be told");
}

static struct unit *units;
static size_t units_count;

static void answer_history(struct call *call)
{
	history_answer(call, units, units_count);
}

static void read_history(const struct transfer_answer *answer)
{
	struct err err = {.kind = ERR_NONE};
	char own_id[] = "C1", own_name[] = "Ada", cursor[64];
	struct asked asked = {.first = {.own_id = own_id, .own_name = own_name}, .job.first = &asked.first};
	struct purchase_query query = {.limit = 7};
	struct arena arena;
	size_t seen = 0;

	arena_init(&arena, CATALOGUE_ARENA);
	if (!history_read(answer, own_name, &arena, &units, &units_count, &err)) {
		check_err(&err);
		arena_done(&arena);
		return;
	}
	for (int page = 0; page < PAGES_MAX; page++) {
		ask(&asked, API_purchase_list, &query, answer_history);
		const struct purchase_page *list = asked.call.reply->answer;
		for (size_t i = 0; i < list->purchases_count; i++)
			check_purchase(&list->purchases[i], &seen);
		query.cursor = keep_cursor(cursor, list->next_cursor);
		forget(&asked);
		if (!query.cursor)
			break;
	}
	must(seen == units_count, "every unit is in a purchase");
	arena_done(&arena);
}

/* ---- errors ---- */

static void explain(const struct transfer_answer *answer)
{
	static const int statuses[] = {301, 400, 401, 403, 404, 409, 500, 502, 504};
	char host[] = "shop.example";
	const struct url url = {.host = host};
	const struct answer_from from = {.url = &url};
	struct transfer_answer refusal = *answer;

	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		struct err err = {.kind = ERR_NONE};
		cJSON *problem = NULL;

		refusal.status = statuses[i];
		answer_explain(&from, &refusal, "/Login", &problem, &err);
		(void)answer_denies_token(&refusal);
		must(err.kind != ERR_NONE && err.http_status == statuses[i], "it is an error");
		check_text(err.message);
		check_text(err.field);
		cJSON_Delete(problem);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct transfer_answer answer = {.status = 200};
	char *text = malloc(size + 1);

	must(text, "there is memory");
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	check_price(text);
	free(text);

	buf_init(&answer.body, JOB_LIST_MAX);
	buf_add(&answer.body, data, size);
	if (!answer.body.failed) {
		read_catalogue(&answer);
		read_history(&answer);
		explain(&answer);
	}
	buf_done(&answer.body);
	return 0;
}
