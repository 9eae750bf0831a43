/* What an account's end leaves behind: tidied up once whatever comes between, and then in no file any more. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/db_file.h"
#include "base/clock.h"
#include "models/limits.h"
#include "platform/identity/local/local.h"
#include "platform/store/sqlite/sqlite.h"

const struct db_schema *const db_file_schemas[] = {&store_sqlite_schema, &identity_local_schema, NULL};

enum { PRODUCTS = 40, PURCHASES = 20, LINES = 32 };

/* Whose end is looked at, and those who stay. */
static const struct account accounts[] = {
    {.id = "ends-s", .group = GROUP_SELLERS, .email = "leaving-seller@example.com", .full_name = "Leaving Seller"},
    {.id = "stays-s", .group = GROUP_SELLERS, .email = "staying-seller@example.com", .full_name = "Staying Seller"},
    {.id = "ends-c",
     .group = GROUP_CLIENTS,
     .email = "leaving-client@example.com",
     .full_name = "Leaving Client",
     .mobile = "+34600111222"},
    {.id = "stays-c",
     .group = GROUP_CLIENTS,
     .email = "staying-client@example.com",
     .full_name = "Staying Client",
     .mobile = "+34600333444"},
};
enum { LEAVING_SELLER, STAYING_SELLER, LEAVING_CLIENT, STAYING_CLIENT };

static const char *product_ids[PRODUCTS];

static void add_product(struct fixture *fx, struct store *store, size_t i)
{
	static const char *const given[] = {"name", "category", "description", "price", "stock"};
	static const struct store_picture picture = {.media_type = "image/png", .bytes = "picture", .length = 7};
	char *description = arena_alloc(&fx->arena, LIMIT_DESCRIPTION + 1);
	struct product_change change = {.name = "Lamp",
					.category = i % 3 ? "Most" : "Some",
					.description = description,
					.price = 100,
					.stock = 1000};
	struct product product;

	for (size_t j = 0; i % 4 == 0 && j < LIMIT_DESCRIPTION; j++)
		description[j] = j % 6 == 5 ? ' ' : (char)('a' + (i + j / 7 * 3 + j) % 26);
	change.seller_id = accounts[i % 5 ? LEAVING_SELLER : STAYING_SELLER].id;
	for (size_t j = 0; j < COUNT_OF(given); j++)
		shape_give(&product_batch_item_shape, &change, given[j]);
	assert_true(store->product_create(store, &change, &fx->arena, &product, &fx->err));
	product_ids[i] = product.id;
	if (i % 7 == 0)
		assert_true(
		    store->picture_put(store, change.seller_id, product.id, &picture, &fx->arena, &product, &fx->err));
}

static const char *buy(struct fixture *fx, struct store *store, size_t client, size_t first, const char *key)
{
	struct purchase_item items[LINES];
	struct store_purchase wanted = {.client_id = accounts[client].id,
					.client_name = accounts[client].full_name,
					.key = key,
					.items = items,
					.items_count = LINES};
	struct store_purchase_result result;
	struct purchase_page page;
	const char *next;

	for (size_t i = 0; i < LINES; i++)
		items[i] = (struct purchase_item){product_ids[(first + i) % PRODUCTS], 1 + (int64_t)(i % 3), 100};
	if (!store->purchase_create(store, &wanted, &fx->arena, &result, &fx->err))
		fail_msg("%s", fx->err.message);
	assert_true(store->purchase_list(store, wanted.client_id, NULL, (struct store_page){.limit = 1}, &fx->arena,
					 &page, &next, &fx->err));
	return page.purchases[0].id;
}

/* A fifth of it is cancelled, a fifth is on its way. */
static void fill(struct fixture *fx, struct store *store)
{
	for (size_t i = 0; i < COUNT_OF(accounts); i++)
		assert_true(store->account_create(store, &accounts[i], &fx->err));
	for (size_t i = 0; i < PRODUCTS; i++)
		add_product(fx, store, i);
	for (size_t i = 0; i < PURCHASES; i++) {
		size_t client = i % 2 ? LEAVING_CLIENT : STAYING_CLIENT;
		const char *id = buy(fx, store, client, i * 3, arena_printf(&fx->arena, "key-of-%zu-%zu", client, i));
		struct purchase purchase;
		struct sale_page sales;
		struct sale sale;
		const char *next;

		if (i % 5 == 0)
			assert_true(store->purchase_cancel(store, accounts[client].id, id, "Leaving Reason", &fx->arena,
							   &purchase, &fx->err));
		if (i % 5 != 1)
			continue;
		assert_true(store->sale_list(store, accounts[LEAVING_SELLER].id, SALE_PLACED, NULL,
					     (struct store_page){.limit = 1}, &fx->arena, &sales, &next, &fx->err));
		const struct sale_move move = {.id = sales.sales[0].id, .status = SALE_SHIPPED};
		assert_true(
		    store->sale_transition(store, accounts[LEAVING_SELLER].id, &move, &fx->arena, &sale, &fx->err));
	}
	for (size_t i = LEAVING_CLIENT; i <= STAYING_CLIENT; i++) {
		struct cart_item item = {.product_id = product_ids[1], .quantity = 3};
		struct cart cart;

		assert_true(store->cart_get(store, accounts[i].id, &fx->arena, &cart, &fx->err));
		cart.items = &item;
		cart.items_count = 1;
		assert_true(store->cart_put(store, accounts[i].id, &cart, &fx->arena, &cart, &fx->err));
	}
}

static struct store *open_store(struct fixture *fx)
{
	struct store *store;

	db_file_open(fx);
	store = store_sqlite_new(fx->db, "EUR", &fx->err);
	assert_non_null(store);
	return store;
}

static void close_store(struct fixture *fx, struct store *store)
{
	store->close(store);
	fx->db = db_close(fx->db);
}

static bool end_account(struct fixture *fx, struct store *store, size_t who)
{
	return store->account_delete(store, accounts[who].group, accounts[who].id, &fx->err);
}

static void tidy_up(struct fixture *fx, struct store *store)
{
	bool more = true;

	for (int i = 0; more; i++) {
		assert_true(i < 10000);
		assert_true(store->tend(store, clock_now(), 0, &more, &fx->err));
	}
}

/* ---- once, whatever comes between ---- */

/* All that tidying changes, but for times. */
static const char *dump(struct fixture *fx, const char *path)
{
	static const char *const queries[] = {
	    "SELECT n, id, email, full_name, name_key, mobile, deleted FROM account ORDER BY n",
	    "SELECT n, version, stock, archived, has_picture FROM product ORDER BY n",
	    "SELECT product FROM picture ORDER BY product",
	    "SELECT name, products FROM category ORDER BY name",
	    "SELECT n, client_name FROM purchase ORDER BY n",
	    "SELECT n, seller_name, status FROM sale ORDER BY n",
	    "SELECT client, key FROM purchase_key ORDER BY n",
	    "SELECT * FROM revenue ORDER BY 1, 2, 3",
	    "SELECT * FROM revenue_day ORDER BY 1, 2",
	    "SELECT * FROM cart ORDER BY 1",
	    "SELECT * FROM cart_item ORDER BY 1, 2",
	    "SELECT account, kind, subject FROM change ORDER BY 1, 2, 3",
	    "SELECT * FROM ending",
	    "SELECT rowid FROM search_place WHERE search_place MATCH '\"1lamp\"' ORDER BY rowid",
	    "SELECT * FROM search_rename",
	    "SELECT * FROM pragma_integrity_check",
	};
	sqlite3 *sqlite = NULL;
	struct buf text;

	buf_init(&text, 1024 * 1024);
	assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
	for (size_t i = 0; i < COUNT_OF(queries); i++) {
		sqlite3_stmt *statement = NULL;

		assert_int_equal(sqlite3_prepare_v2(sqlite, queries[i], -1, &statement, NULL), SQLITE_OK);
		buf_printf(&text, "%s\n", queries[i]);
		while (sqlite3_step(statement) == SQLITE_ROW)
			for (int column = 0; column < sqlite3_column_count(statement); column++) {
				const char *value = (const char *)sqlite3_column_text(statement, column);

				buf_printf(&text, "%s%c", value ? value : "NULL",
					   column + 1 < sqlite3_column_count(statement) ? '|' : '\n');
			}
		sqlite3_finalize(statement);
	}
	sqlite3_close(sqlite);
	assert_false(text.failed);
	const char *copy = arena_strdup(&fx->arena, buf_str(&text));
	buf_done(&text);
	return copy;
}

static void copy_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	char bytes[4096];
	size_t length;

	assert_true(in && out);
	while ((length = fread(bytes, 1, sizeof bytes, in)) > 0)
		assert_int_equal(fwrite(bytes, 1, length, out), length);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

/* Before the commit that is the last one to be begun. */
static int die(void *context)
{
	int *left = context;

	if (--*left == 0)
		kill(getpid(), SIGKILL);
	return 0;
}

/* Both accounts end, in a process of its own that is killed before its nth commit. Was it? */
static bool killed_before(struct fixture *fx, int commits)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child) {
		struct store *store = open_store(fx);

		sqlite3_commit_hook(fx->db->writer.sqlite, die, &commits);
		if (!end_account(fx, store, LEAVING_SELLER) || !end_account(fx, store, LEAVING_CLIENT))
			_exit(1);
		tidy_up(fx, store);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGKILL);
		return true;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	return false;
}

/* What was closed is closed, however far the tidying came. */
static bool is_closed(struct fixture *fx, struct store *store)
{
	struct account account;
	struct product product;
	struct seller_page sellers;
	const char *next;

	if (store->account_get(store, GROUP_SELLERS, accounts[LEAVING_SELLER].id, &fx->arena, &account, &fx->err))
		return false;
	for (size_t i = 0; i < PRODUCTS; i++)
		assert_int_equal(store->product_get(store, product_ids[i], &fx->arena, &product, &fx->err), i % 5 == 0);
	assert_true(store->seller_list(store, (struct store_page){.limit = 9}, &fx->arena, &sellers, &next, &fx->err));
	assert_int_equal(sellers.sellers_count, 1);
	return true;
}

static void tidying_goes_on_after_a_kill_between_any_two_steps(void **state)
{
	struct fixture *fx = *state;
	struct store *store = open_store(fx);
	const char *expected = NULL, *first;
	int kills = 0;

	fill(fx, store);
	close_store(fx, store);
	copy_file(fx->path, fx->other);
	first = dump(fx, fx->other);
	for (bool killed = true; killed;) {
		char wal[128], shm[128];

		killed = killed_before(fx, kills + 1);
		store = open_store(fx);
		assert_int_equal(is_closed(fx, store), kills > 0);
		end_account(fx, store, LEAVING_SELLER);
		end_account(fx, store, LEAVING_CLIENT);
		tidy_up(fx, store);
		close_store(fx, store);
		const char *now = dump(fx, fx->path);
		if (!expected)
			expected = now;
		assert_string_equal(now, expected);
		copy_file(fx->other, fx->path);
		snprintf(wal, sizeof wal, "%s-wal", fx->path);
		snprintf(shm, sizeof shm, "%s-shm", fx->path);
		assert_true(access(wal, F_OK) && access(shm, F_OK));
		kills += killed;
	}
	print_message("killed before each of %d commits\n", kills);
	assert_true(kills > 15);
	assert_string_not_equal(expected, first);
	assert_non_null(strstr(expected, "Former seller"));
	assert_null(strstr(expected, "Leaving"));
	assert_non_null(strstr(expected, "Staying Client"));
}

/* Another engine, or another program, may let a purchase in while the seller leaves. */
static void a_purchase_that_slips_in_is_cancelled(void **state)
{
	static const char slips_in[] =
	    "INSERT INTO purchase (id, client, client_name, purchase_date, total) VALUES ('late', 4, 'Staying Client', 0, 500);"
	    "INSERT INTO sale (id, purchase, seller, seller_name, status, total)"
	    " VALUES ('late', last_insert_rowid(), 1, 'Leaving Seller', 0, 500);"
	    "INSERT INTO line SELECT s.purchase, 0, s.n, 2, 'Lamp', 100, 5 FROM sale s WHERE id = 'late';"
	    "UPDATE product SET stock = 995 WHERE n = 2;"
	    "INSERT INTO revenue VALUES (1, 0, 2, 5, 500); INSERT INTO revenue_day VALUES (1, 0, 5, 500)";
	struct fixture *fx = *state;
	struct store *store = open_store(fx);
	sqlite3_stmt *statement = NULL;

	for (size_t i = 0; i < COUNT_OF(accounts); i++)
		assert_true(store->account_create(store, &accounts[i], &fx->err));
	for (size_t i = 0; i < PRODUCTS; i++)
		for (int j = 0; j < 5; j++)
			add_product(fx, store, i);
	assert_true(end_account(fx, store, LEAVING_SELLER));
	assert_int_equal(sqlite3_exec(fx->db->writer.sqlite, slips_in, NULL, NULL, NULL), SQLITE_OK);
	tidy_up(fx, store);
	assert_int_equal(sqlite3_prepare_v2(fx->db->writer.sqlite,
					    "SELECT s.status, s.seller_name, p.stock, (SELECT count(*) FROM revenue),"
					    " (SELECT count(*) FROM revenue_day), (SELECT count(*) FROM ending)"
					    " FROM sale s, product p WHERE s.id = 'late' AND p.n = 2",
					    -1, &statement, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(statement, 0), SALE_CANCELLED);
	assert_string_equal((const char *)sqlite3_column_text(statement, 1), "Former seller");
	assert_int_equal(sqlite3_column_int(statement, 2), 1000);
	for (int i = 3; i < 6; i++)
		assert_int_equal(sqlite3_column_int(statement, i), 0);
	sqlite3_finalize(statement);
	store->close(store);
}

/* ---- in no file any more ---- */

static int count_in_file(struct fixture *fx, const char *path, const char *text)
{
	FILE *file = fopen(path, "rb");
	int count = 0;

	if (!file)
		return 0;
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size_t length = (size_t)ftell(file);
	char *bytes = arena_alloc(&fx->arena, length + 1);
	rewind(file);
	assert_int_equal(fread(bytes, 1, length, file), length);
	fclose(file);
	for (char *at = bytes; (at = memmem(at, length - (size_t)(at - bytes), text, strlen(text))); at++)
		count++;
	return count;
}

static int count_in_files(struct fixture *fx, const char *text)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
	int count = 0;

	for (size_t i = 0; i < COUNT_OF(ends); i++)
		count += count_in_file(fx, arena_printf(&fx->arena, "%s%s", fx->path, ends[i]), text);
	return count;
}

/* ---- in no list of the search any more ---- */

/* Of FTS5's leaf pages: where its terms begin is at the page's end, each as far as it is not the one before. */
struct leaf {
	const uint8_t *bytes;
	size_t length;
};

static uint64_t varint(const struct leaf *leaf, size_t *at)
{
	uint64_t number = 0;

	do {
		assert_true(*at < leaf->length);
		number = number << 7 | (leaf->bytes[*at] & 0x7F);
	} while (leaf->bytes[(*at)++] & 0x80);
	return number;
}

static int terms_in_leaf(const struct leaf *leaf, const char *begins)
{
	char term[1024] = "";
	size_t footer = (size_t)leaf->bytes[2] << 8 | leaf->bytes[3], at = 0;
	int count = 0;

	for (bool first = true; footer < leaf->length; first = false) {
		at += varint(leaf, &footer);
		size_t place = at, kept = first ? 0 : varint(leaf, &place), more = varint(leaf, &place);

		assert_true(kept + more < sizeof term && place + more <= leaf->length);
		memcpy(term + kept, leaf->bytes + place, more);
		term[kept + more] = '\0';
		count += strstr(term, begins) != NULL;
	}
	return count;
}

/* How often a word is in the index, what was taken out of it included; *ret_all: how many there are in all. */
static int terms_in_index(struct fixture *fx, const char *word, int *ret_all)
{
	static const char sql[] = "SELECT block FROM search_place_data WHERE id > 10 AND (id >> 31) & 63 = 0";
	sqlite3_stmt *statement = NULL;
	int count = 0;

	*ret_all = 0;
	assert_int_equal(sqlite3_prepare_v2(fx->db->writer.sqlite, sql, -1, &statement, NULL), SQLITE_OK);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		const struct leaf leaf = {.bytes = sqlite3_column_blob(statement, 0),
					  .length = (size_t)sqlite3_column_bytes(statement, 0)};

		count += terms_in_leaf(&leaf, word);
		*ret_all += terms_in_leaf(&leaf, "");
	}
	sqlite3_finalize(statement);
	return count;
}

static void what_is_forgotten_is_in_no_list(void **state)
{
	/* So that nothing but the end itself gives a reason to merge. */
	static const char merged[] = "INSERT INTO search_place (search_place) VALUES ('optimize');"
				     "UPDATE search_state SET unmerged = 0";
	struct fixture *fx = *state;
	struct store *store = open_store(fx);
	int all;

	fill(fx, store);
	tidy_up(fx, store);
	assert_int_equal(sqlite3_exec(fx->db->writer.sqlite, merged, NULL, NULL, NULL), SQLITE_OK);
	assert_true(terms_in_index(fx, "leaving", &all) > 0);
	assert_true(end_account(fx, store, LEAVING_SELLER));
	tidy_up(fx, store);
	assert_int_equal(terms_in_index(fx, "leaving", &all), 0);
	assert_true(terms_in_index(fx, "staying", &all) > 0);
	close_store(fx, store);
}

/* While the database is in use. */
static void what_is_forgotten_is_in_no_file(void **state)
{
	static const char *const gone[] = {"Leaving Client",    "leaving-client@", "+34600111222",
					   "Leaving Seller",    "leaving-seller@", "key-of-2-",
					   "Leaving Soon",      "leaving soon",    "leaving client", "leaving seller"};
	struct fixture *fx = *state;
	struct store *store = open_store(fx);
	struct account account;

	fill(fx, store);
	/* Names that they had before are theirs, too. */
	assert_true(store->account_update(store, GROUP_CLIENTS, accounts[LEAVING_CLIENT].id,
					  &(struct account_patch){.full_name = "Leaving Soon"}, &fx->arena, &account,
					  &fx->err));
	assert_true(count_in_files(fx, "Leaving Client") > 0);
	assert_true(end_account(fx, store, LEAVING_CLIENT));
	assert_true(end_account(fx, store, LEAVING_SELLER));
	tidy_up(fx, store);
	for (size_t i = 0; i < COUNT_OF(gone); i++)
		if (count_in_files(fx, gone[i]))
			fail_msg("%s is there %d times", gone[i], count_in_files(fx, gone[i]));
	assert_true(count_in_files(fx, "Staying Client") > 0);
	close_store(fx, store);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, db_file_set_up_closed, db_file_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(tidying_goes_on_after_a_kill_between_any_two_steps),
	    TEST(a_purchase_that_slips_in_is_cancelled),
	    TEST(what_is_forgotten_is_in_no_file),
	    TEST(what_is_forgotten_is_in_no_list),
	};

	return cmocka_run_group_tests_name("store_ending", tests, NULL, NULL);
}
