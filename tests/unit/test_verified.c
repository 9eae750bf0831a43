/* test_verified.c: what is remembered of tokens that were verified: how long, of whom, and what never. */
#include "tests/unit/unit.h"

#include "platform/identity/verified.h"

#define ADA "01ARZ3NDEKTSV4RRFFQ69G5FAA"
#define EVE "01ARZ3NDEKTSV4RRFFQ69G5FEE"

static const int64_t start = INT64_C(1795000000000);

static int set_up(void **state)
{
	*state = verified_tokens_new();
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	verified_tokens_free(*state);
	return 0;
}

/* A token of the account's; its hash begins with `place`, which says where it lies, and ends with `number`. */
static struct verified token(const char *account, uint8_t place, uint8_t number)
{
	struct verified verified = {.hash = {place, place}};

	verified.hash[CRYPT_HASH_SIZE - 1] = number;
	assert_true(verified_fill(&verified, account, "somebody", "Clients", start + 1000));
	return verified;
}

static bool is_known(struct verified_tokens *tokens, const struct verified *token, int64_t now)
{
	struct verified found = {.group = GROUP_NONE};

	if (!verified_recall(tokens, token->hash, now, &found))
		return false;
	assert_string_equal(found.account_id, token->account_id);
	assert_string_equal(found.username, "somebody");
	assert_int_equal(found.group, GROUP_CLIENTS);
	assert_int_equal(found.expires_at, start + 1000);
	return true;
}

static void until_it_expires(void **state)
{
	const struct verified first = token(ADA, 7, 1), second = token(EVE, 7, 2);

	assert_false(is_known(*state, &first, start));
	verified_keep(*state, &first, verified_removals(*state));
	assert_true(is_known(*state, &first, start));
	assert_true(is_known(*state, &first, start + 999));
	assert_false(is_known(*state, &first, start + 1000));
	/* Another one in the same place is told apart, and takes it. */
	assert_false(is_known(*state, &second, start));
	verified_keep(*state, &second, verified_removals(*state));
	assert_true(is_known(*state, &second, start));
	assert_false(is_known(*state, &first, start));
}

static void an_account_that_goes(void **state)
{
	const struct verified tokens[] = {token(ADA, 1, 1), token(ADA, 2, 1), token(EVE, 3, 1)};

	for (size_t i = 0; i < COUNT_OF(tokens); i++)
		verified_keep(*state, &tokens[i], verified_removals(*state));
	verified_forget(*state, ADA);
	assert_false(is_known(*state, &tokens[0], start));
	assert_false(is_known(*state, &tokens[1], start));
	assert_true(is_known(*state, &tokens[2], start));
}

/* It was looked at while the account was still there, and the account goes before it is kept. */
static void goes_meanwhile(void **state)
{
	const struct verified late = token(ADA, 1, 1);
	unsigned removals = verified_removals(*state);

	verified_forget(*state, ADA);
	verified_keep(*state, &late, removals);
	assert_false(is_known(*state, &late, start));
	verified_keep(*state, &late, verified_removals(*state));
	assert_true(is_known(*state, &late, start));
}

static void what_fits(void **state)
{
	char longest[VERIFIED_ID_SIZE] = "", longer[VERIFIED_ID_SIZE + 1] = "";
	struct verified verified = {.group = GROUP_NONE};

	(void)state;
	memset(longest, 'x', sizeof longest - 1);
	memset(longer, 'x', sizeof longer - 1);
	assert_true(verified_fill(&verified, longest, longest, "Sellers", start));
	assert_string_equal(verified.account_id, longest);
	assert_string_equal(verified.username, longest);
	assert_int_equal(verified.group, GROUP_SELLERS);
	assert_false(verified_fill(&verified, longer, "x", "Sellers", start));
	assert_false(verified_fill(&verified, "x", longer, "Sellers", start));
	assert_int_equal(verified_group("staff"), GROUP_NONE);
	assert_int_equal(verified_group(NULL), GROUP_NONE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    TEST(until_it_expires),
	    TEST(an_account_that_goes),
	    TEST(goes_meanwhile),
	    TEST(what_fits),
	};

	return cmocka_run_group_tests_name("verified tokens", tests, NULL, NULL);
}
