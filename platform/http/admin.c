#include "platform/http/admin.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "models/limits.h"
#include "models/money.h"
#include "platform/move/move.h"

enum { LINE_MAX_BYTES = 16 * 1024, TIDY_MS = 10 * 1000 };

static const char *const roles[] = {[GROUP_CLIENTS] = "client", [GROUP_SELLERS] = "seller"};
enum { ROLES = sizeof roles / sizeof *roles };

/* ---- listing ---- */

static void add_column(struct buf *line, const char *text)
{
	buf_add_char(line, '\t');
	text_sanitise(line, text, strlen(text));
}

static bool print_account(const struct account *account, FILE *out, struct err *err)
{
	char created[CLOCK_RFC3339_SIZE];
	struct buf line;

	clock_format(account->created_at, created);
	buf_init(&line, LINE_MAX_BYTES);
	text_sanitise(&line, account->id, strlen(account->id));
	add_column(&line, roles[account->group]);
	add_column(&line, created);
	add_column(&line, account->email ? account->email : "");
	add_column(&line, account->full_name);
	bool made = !line.failed;
	bool printed = made && fprintf(out, "%s\n", buf_str(&line)) > 0;
	buf_done(&line);
	if (!made)
		return err_memory(err, "listing accounts");
	return printed || err_set(err, ERR_FILE, "The list can't be written: %m");
}

static bool print_page(struct store *store, struct store_page *page, struct arena *arena, FILE *out, struct err *err)
{
	struct store_accounts accounts;

	if (!store->account_list(store, *page, arena, &accounts, &page->after, err))
		return false;
	for (size_t i = 0; i < accounts.count; i++)
		if (!print_account(&accounts.accounts[i], out, err))
			return false;
	return true;
}

bool admin_list_accounts(struct platform *platform, FILE *out, struct err *err)
{
	struct store *store = platform->store;
	struct store_page page = {.limit = LIMIT_PAGE};
	struct arena arenas[2]; /* a page's place is in the arena of the page before */
	bool good = true;

	if (!store->account_list)
		return err_set(err, ERR_METHOD, "This shop's store can't list accounts");
	arena_init(&arenas[0], SIZE_MAX);
	arena_init(&arenas[1], SIZE_MAX);
	for (size_t i = 0; good && (!i || page.after); i++) {
		arena_reset(&arenas[i % 2]);
		good = print_page(store, &page, &arenas[i % 2], out, err);
	}
	arena_done(&arenas[1]);
	arena_done(&arenas[0]);
	return good && (fflush(out) == 0 || err_set(err, ERR_FILE, "The list can't be written: %m"));
}

/* ---- changing ---- */

/* What is due may be much more than what this account leaves behind. */
static bool tidy_up(struct store *store, bool *ret_more, struct err *err)
{
	const int64_t end = clock_monotonic() + TIDY_MS;

	do {
		if (!store->tend(store, clock_now(), TIDY_MS / 10, ret_more, err))
			return false;
	} while (*ret_more && clock_monotonic() < end);
	return true;
}

/* The account goes first, as when its owner ends it. */
static bool end_account(struct platform *platform, const char *id, enum group *ret_group, struct err *err)
{
	struct err cause = {.kind = ERR_NOT_FOUND};

	for (int group = 0; group < ROLES; group++) {
		if (platform->store->account_delete(platform->store, (enum group)group, id, &cause)) {
			*ret_group = (enum group)group;
			return platform->identity->remove(platform->identity, id, err);
		}
		if (cause.kind != ERR_NOT_FOUND)
			return *err = cause, false;
	}
	return err_set(err, ERR_NOT_FOUND, "There is no account %.100s", id);
}

bool admin_close_account(struct platform *platform, const char *id, FILE *out, struct err *err)
{
	enum group group = GROUP_CLIENTS;
	bool more = false;

	if (!end_account(platform, id, &group, err) || !tidy_up(platform->store, &more, err))
		return false;
	fprintf(out, "The %s's account %s is closed.%s\n", roles[group], id,
		more ? " What it leaves behind is tidied up while vitrined runs." : "");
	return true;
}

bool admin_archive_product(struct platform *platform, const char *id, FILE *out, struct err *err)
{
	struct store *store = platform->store;
	struct product product;
	struct arena arena;
	struct buf name;

	arena_init(&arena, SIZE_MAX);
	buf_init(&name, LINE_MAX_BYTES);
	bool done = store->product_get(store, id, &arena, &product, err) &&
		    store->product_archive(store, product.seller_id, id, err);
	if (done) {
		text_sanitise(&name, product.name, strlen(product.name));
		fprintf(out, "The product %s is off sale: %s\n", id, buf_str(&name));
	}
	buf_done(&name);
	arena_done(&arena);
	return done;
}

/* ---- moving ---- */

static void print_tally(const struct tally *tally, const char *what, const char *currency, FILE *out)
{
	char total[MONEY_SIZE];

	money_format(tally->total, total);
	fprintf(out,
		"The shop is %s: %lld accounts, %lld products with %lld pieces in stock, %lld pictures, %lld carts,"
		" %lld purchases for %s %s.\n",
		what, (long long)tally->accounts, (long long)tally->products, (long long)tally->stock,
		(long long)tally->pictures, (long long)tally->carts, (long long)tally->purchases, total, currency);
}

bool admin_export(struct platform *platform, const char *path, FILE *out, struct err *err)
{
	struct tally tally;

	if (!move_export(platform, path, &tally, err))
		return false;
	print_tally(&tally, "in the file", platform->store->currency, out);
	return true;
}

bool admin_import(struct platform *platform, const char *path, FILE *out, struct err *err)
{
	struct tally tally;

	if (!move_import(platform, path, &tally, err))
		return false;
	print_tally(&tally, "moved in", platform->store->currency, out);
	fprintf(out, "Passwords did not come along: everybody chooses a new one by \"forgot password\".\n");
	return true;
}
