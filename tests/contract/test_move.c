/* A shop that moves: out of one store into a file, and out of that into another store and identity. What is in both is
 * the same, whatever breaks off between; and no file is taken that isn't what was written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/move/file.h"
#include "platform/move/head.h"
#include "tests/contract/move_world.h"

/* Several pieces. */
const int move_more = 700;

/* ---- moving ---- */

static void all_of_it_moves(void **state)
{
	struct world *world = *state;
	const struct tally first = move_out(world, &world->from, world->first);
	struct stat status;

	assert_int_equal(stat(world->first, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_true(first.accounts >= 3 && first.pictures == 1 && first.carts >= 1 && first.keys >= 2 &&
		    first.purchases >= 2);
	move_did(world, move_in(world));
	const struct tally second = move_out(world, &world->to, world->second);
	move_did(world, tally_equal(&first, &second, &world->err));
	/* The lines are the same, but for the first one's time and what all are summed by. */
	struct buf one = move_read(world->first), other = move_read(world->second);
	assert_int_equal(one.length, other.length);
	buf_done(&one);
	buf_done(&other);
}

/* What isn't in the rows follows from them. */
static void what_follows_is_the_same(void **state)
{
	struct world *world = *state;

	move_out(world, &world->from, world->first);
	move_did(world, move_in(world));
	move_tell_the_same(world);
}

/* Nobody knows the password, and a forgotten one gets its owner in. */
static void accounts_are_adopted(void **state)
{
	struct world *world = *state;
	struct identity *identity = world->to.platform.identity;
	struct identity_tokens tokens;
	int retry;

	move_out(world, &world->from, world->first);
	move_did(world, move_in(world));
	assert_false(
	    identity->sign_in(identity, "moving@example.com", "", "", &world->arena, &tokens, &retry, &world->err));
	assert_string_equal(world->err.code, "invalid_credentials");
	const char *id;
	bool existed;
	assert_false(identity->sign_up(identity, "MOVING@example.com", "Vitrine-2026", GROUP_CLIENTS, &world->arena,
				       &id, &existed, &world->err));
	assert_string_equal(world->err.code, "email_taken");
	/* Once more: nothing happens. */
	move_did(world, identity->adopt(identity, move_client, GROUP_CLIENTS, "moving@example.com", &world->err));
	move_did(world, identity->sign_up(identity, "former@example.com", "Vitrine-2026", GROUP_CLIENTS, &world->arena,
					  &id, &existed, &world->err)); /* a closed account's is free */
}

/* ---- broken off ---- */

static store_import_rows_fn *real_import;
static int imports_left;

static bool failing_import(struct store *store, const struct store_row *rows, size_t count, struct err *err)
{
	if (!imports_left)
		return err_set(err, ERR_UNAVAILABLE, "It broke off");
	imports_left--;
	/* Half of the piece gets in, and then nobody says that it did. */
	if (!imports_left && count > 1 && !real_import(store, rows, count / 2, err))
		return false;
	return imports_left ? real_import(store, rows, count, err) : err_set(err, ERR_UNAVAILABLE, "It broke off");
}

static void broken_off_it_goes_on(void **state)
{
	struct world *world = *state;
	struct store *store = world->to.platform.store;
	const struct tally first = move_out(world, &world->from, world->first);
	int tries = 0;

	real_import = store->import_rows;
	store->import_rows = failing_import;
	for (imports_left = 1; !move_in(world); imports_left = 2) {
		assert_int_equal(world->err.kind, ERR_UNAVAILABLE);
		assert_false(move_is_whole(store, &world->err));
		assert_false(move_export(&world->to.platform, world->second, &(struct tally){0}, &world->err));
		assert_true(++tries < 100);
	}
	store->import_rows = real_import;
	assert_true(tries > 1);
	move_did(world, move_is_whole(store, &world->err));
	const struct tally second = move_out(world, &world->to, world->second);
	move_did(world, tally_equal(&first, &second, &world->err));
}

/* A store that puts one row in a little differently, or leaves it out. */
static int careless_kind;
static bool leaves_out;

static bool careless_import(struct store *store, const struct store_row *rows, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct store_row row = rows[i];

		if ((int)row.kind == careless_kind) {
			careless_kind = -1;
			if (leaves_out)
				continue;
			if (row.kind == ROW_PRODUCT)
				row.product.stock = (row.product.stock + 1) % 2;
			else
				row.account.full_name = "Somebody else";
		}
		if (!real_import(store, &row, 1, err))
			return false;
	}
	return true;
}

static void what_got_in_otherwise_is_noticed(void **state)
{
	static const struct {
		int kind;
		bool out;
	} rows[] = {{ROW_PRODUCT, false}, {ROW_ACCOUNT, false}, {ROW_CART, true}, {ROW_KEY, true}};
	struct world *world = *state;

	move_out(world, &world->from, world->first);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct store *store = world->to.platform.store;

		real_import = store->import_rows;
		store->import_rows = careless_import;
		careless_kind = rows[i].kind;
		leaves_out = rows[i].out;
		assert_false(move_in(world));
		assert_non_null(strstr(world->err.message, "is not what the file says"));
		assert_false(move_is_whole(store, &world->err));
		move_close(&world->to);
		move_open(world, &world->to);
	}
}

static void only_into_an_empty_shop(void **state)
{
	struct world *world = *state;
	struct store *store = world->to.platform.store;
	const struct account account = {
	    .id = "01SOMEBODY", .group = GROUP_CLIENTS, .email = "x@example.com", .full_name = "X"};

	move_out(world, &world->from, world->first);
	/* the name is taken */
	assert_false(move_export(&world->from.platform, world->first, &(struct tally){0}, &world->err));
	assert_int_equal(world->err.kind, ERR_FILE);
	move_did(world, store->account_create(store, &account, &world->err));
	assert_false(move_in(world));
	assert_int_equal(world->err.kind, ERR_CONFLICT);
	assert_false(move_import(&world->from.platform, world->first, &(struct tally){0}, &world->err));
	assert_int_equal(world->err.kind, ERR_CONFLICT);
	move_close(&world->to);
	move_open(world, &world->to);
	move_did(world, move_in(world));
	assert_false(move_in(world)); /* once is enough */
	assert_int_equal(world->err.kind, ERR_CONFLICT);
}

static void another_file_is_refused_in_between(void **state)
{
	struct world *world = *state;
	struct store *store = world->to.platform.store;

	move_out(world, &world->from, world->first);
	move_product(world, move_seller, "Later", 1);
	move_out(world, &world->from, world->second);
	real_import = store->import_rows;
	store->import_rows = failing_import;
	imports_left = 2;
	assert_false(move_in(world));
	store->import_rows = real_import;
	assert_false(move_import(&world->to.platform, world->second, &(struct tally){0}, &world->err));
	assert_int_equal(world->err.kind, ERR_CONFLICT);
	move_did(world, move_in(world));
}

/* ---- damage ---- */

static void refused_at(struct world *world, int64_t line)
{
	char where[160];
	bool empty;

	snprintf(where, sizeof where, "%s: line %" PRId64 ": ", world->second, line);
	assert_false(move_import(&world->to.platform, world->second, &(struct tally){0}, &world->err));
	assert_int_equal(world->err.kind, ERR_INVALID);
	if (strncmp(world->err.message, where, strlen(where)) != 0)
		fail_msg("not refused at line %" PRId64 ": %s", line, world->err.message);
	struct store *store = world->to.platform.store;
	move_did(world, store->is_empty(store, &empty, &world->err));
	assert_true(empty);
	move_did(world, move_is_whole(store, &world->err));
}

/* Each line in turn: a byte of it is another one, it is gone, it comes twice, the file ends before it or within it. */
static void a_damaged_file_is_refused_with_its_line(void **state)
{
	struct world *world = *state;
	int64_t number = 1;

	move_out(world, &world->from, world->first);
	struct buf file = move_read(world->first);
	char *copy = malloc(2 * file.length);
	assert_non_null(copy);
	for (size_t start = 0; start < file.length; number++) {
		size_t length = strcspn(file.bytes + start, "\n") + 1, end = start + length;
		size_t at = start + chance_below(&world->random, length - 1);
		bool last = end == file.length;

		if (!last && number > 6 && chance_below(&world->random, 16)) {
			start = end; /* some are enough */
			continue;
		}
		memcpy(copy, file.bytes, file.length);
		copy[at] ^= (char)(1 << chance_below(&world->random, 3));
		move_write(world->second, copy, file.length);
		refused_at(world, number);

		memcpy(copy, file.bytes, start);
		memcpy(copy + start, file.bytes + end, file.length - end);
		move_write(world->second, copy, file.length - length);
		refused_at(world, number);

		memcpy(copy, file.bytes, end);
		memcpy(copy + end, file.bytes + start, file.length - start);
		move_write(world->second, copy, file.length + length);
		refused_at(world, number + 1);

		move_write(world->second, file.bytes, start);
		refused_at(world, number);
		move_write(world->second, file.bytes, at);
		refused_at(world, number);
		start = end;
	}
	buf_done(&file);
	free(copy);
}

/* ---- files of somebody else's making, with good sums ---- */

struct line {
	char kind[16];
	char *row;
};
enum { LINES_MAX = 4096 };

static size_t read_lines(struct world *world, struct line *ret_lines)
{
	struct move_reader reader;
	size_t count = 0;

	move_did(world, move_reader_init(&reader, world->first, &world->err));
	for (bool end = false;; count++) {
		move_did(world, move_reader_next(&reader, &end, &world->err));
		if (end)
			break;
		assert_true(count < LINES_MAX - 1);
		snprintf(ret_lines[count].kind, sizeof ret_lines[count].kind, "%s", reader.kind);
		ret_lines[count].row = arena_strndup(&world->arena, reader.row, reader.row_length);
	}
	move_reader_done(&reader);
	return count;
}

static void write_lines(struct world *world, const struct line *lines, size_t count)
{
	struct move_writer writer;

	unlink(world->second);
	move_did(world, move_writer_init(&writer, world->second, &world->err));
	for (size_t i = 0; i < count; i++)
		move_did(world,
			 move_writer_add(&writer, lines[i].kind, lines[i].row, strlen(lines[i].row), &world->err));
	move_did(world, move_writer_end(&writer, &world->err));
	move_writer_done(&writer);
}

/* The first line of a kind. */
static size_t find_line(const struct line *lines, size_t count, const char *kind)
{
	size_t i = 0;

	while (i < count && strcmp(lines[i].kind, kind) != 0)
		i++;
	assert_true(i < count);
	return i;
}

static char *replaced(struct world *world, const char *row, const char *from, const char *to)
{
	const char *at = strstr(row, from);

	assert_non_null(at);
	return arena_printf(&world->arena, "%.*s%s%s", (int)(at - row), row, to, at + strlen(from));
}

static void good_sums_are_not_enough(void **state)
{
	enum { FIRST, MEMBER, KIND, SALE, DIGEST, COUNT, ORDER, TWICE, AFTER, WAYS };
	static const struct {
		const char *kind, *from, *to; /* of the first line of the kind */
		const char *says;
	} ways[WAYS] = {
	    [FIRST] = {move_first, "\"format\":1", "\"format\":2", "format"},
	    [MEMBER] = {"account", "{", "{\"odd\":1,", "is not known here"},
	    [KIND] = {"account", "{", "{", "This kind of line is not known"},
	    [SALE] = {"purchase", "\"lines\":[{\"sale\":0", "\"lines\":[{\"sale\":31", "is none of the sales"},
	    [DIGEST] = {move_last, "\"digest\":\"", "\"digest\":\"x", "digest is none"},
	    [COUNT] = {move_last, "\"accounts\":", "\"accounts\":1", "accounts: "},
	    [ORDER] = {"product", "{", "{", "This row is not in its order"},
	    [TWICE] = {"product", "{", "{", "This row is not in its order"},
	    [AFTER] = {move_last, "{", "{", "Nothing may follow"},
	};
	struct world *world = *state;
	struct line *lines = calloc(LINES_MAX, sizeof *lines), *changed = calloc(LINES_MAX, sizeof *lines);

	assert_true(lines && changed);
	move_out(world, &world->from, world->first);
	const size_t count = read_lines(world, lines);
	write_lines(world, lines, count);
	struct buf one = move_read(world->first), other = move_read(world->second);
	assert_string_equal(buf_str(&one), buf_str(&other)); /* so what is refused is refused for what is changed */
	buf_done(&one);
	buf_done(&other);
	for (int way = 0; way < WAYS; way++) {
		const size_t at = find_line(lines, count, ways[way].kind);
		const bool more = way == TWICE || way == AFTER;

		memcpy(changed, lines, (at + 1) * sizeof *lines);
		memcpy(changed + at + more, lines + at, (count - at) * sizeof *lines);
		changed[at].row = replaced(world, lines[at].row, ways[way].from, ways[way].to);
		if (way == KIND)
			snprintf(changed[at].kind, sizeof changed[at].kind, "parcel");
		if (way == ORDER) {
			changed[at] = lines[at + 1];
			changed[at + 1] = lines[at];
		}
		write_lines(world, changed, count + more);
		refused_at(world, (int64_t)(at + (way == ORDER || more)) + 1);
		if (!strstr(world->err.message, ways[way].says))
			fail_msg("\"%s\" is not said: %s", ways[way].says, world->err.message);
	}
	free(changed);
	free(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    MOVE_TEST(all_of_it_moves),
	    MOVE_TEST(what_follows_is_the_same),
	    MOVE_TEST(accounts_are_adopted),
	    MOVE_TEST(broken_off_it_goes_on),
	    MOVE_TEST(what_got_in_otherwise_is_noticed),
	    MOVE_TEST(only_into_an_empty_shop),
	    MOVE_TEST(another_file_is_refused_in_between),
	    MOVE_TEST(a_damaged_file_is_refused_with_its_line),
	    MOVE_TEST(good_sums_are_not_enough),
	};

	return cmocka_run_group_tests_name("moving a shop", tests, NULL, NULL);
}
