/* Whatever anybody types, clicks, pastes or drags: the program lives, says nothing to the terminal that it shouldn't,
 * shows what it thinks it shows, and comes to rest. Runs under the sanitizers, too. VITRINE_BURSTS makes it longer. */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "tests/chance.h"
#include "tests/screens/repaint.h"
#include "tests/screens/world.h"

enum { BURSTS = 60, KEYS_MAX = 2048 };

struct piece {
	const char *keys;
};

/* What people do, in pieces; a burst strings some of them together. Letters are frequent, since most of them are
 * keys. */
static const struct piece pieces[] = {
    {K_ENTER}, {K_ESC}, {K_TAB}, {K_UP}, {K_DOWN}, {K_LEFT}, {K_RIGHT}, {K_PGUP}, {K_PGDN}, {K_HOME}, {K_END},
    {K_ENTER}, {K_DOWN}, {K_DOWN}, {K_TAB}, {"\033[Z"}, {"\033[3~"}, {"\033[2~"}, {"\033OP"}, {K_CTRL_A}, {K_CTRL_L},
    {K_CTRL_N}, {K_CTRL_S}, {K_CTRL_U}, {K_CTRL_X}, {K_BACKSPACE}, {"\001\005\013\024\022\027\020\017\007"},
    {"\033[1;5C"}, {"\033[1;3A"}, {"\033[97;5u"}, {"a"}, {"c"}, {"y"}, {"f"}, {"s"}, {"/"}, {":"}, {"?"}, {"u"},
    {"e"}, {"n"}, {"d"}, {"b"}, {"w"}, {"x"}, {"m"}, {"r"}, {" "}, {"t"}, {"p"}, {"v"}, {"g"}, {"G"}, {"h"}, {"j"},
    {"k"}, {"l"}, {"+"}, {"-"}, {"0"}, {"1"}, {"9"}, {"."}, {","}, {"o"}, {"i"}, {"D"}, {"\033[5;2~"}, {"a"},
    {"c" K_ENTER}, {"y"}, {"e12.50" K_ENTER}, {"   b"}, {"wy"}, {"xy"}, {"sy"}, {"dy"}, {"n"},
    {"f5" K_TAB "99" K_ENTER}, {"/coffee"}, {"/caf\303\251" K_ENTER}, {"/\344\272\254"}, {"12"},
    {"999999999999"}, {"-1"}, {"free"}, {"+34600123459"}, {WORLD_CLIENT}, {WORLD_SELLER}, {WORLD_PASSWORD},
    {"new@example.com"}, {"Two Words"}, {"/tmp"}, {"~/"}, {"../../x.png"}, {":shop" K_ENTER}, {":cart" K_ENTER},
    {":account" K_ENTER}, {":purchases" K_ENTER}, {":inventory" K_ENTER}, {":sales" K_ENTER}, {":dashboard" K_ENTER},
    {":platform" K_ENTER K_ESC K_ESC}, {":sign up" K_ENTER}, {":sign out" K_ENTER}, {":welcome" K_ENTER},
    {":sign in" K_ENTER WORLD_CLIENT K_TAB WORLD_PASSWORD K_ENTER},
    {":sign in" K_ENTER WORLD_SELLER K_TAB WORLD_PASSWORD K_ENTER}, {K_ESC K_ESC}, {K_ESC "y"}, {"ac" K_ENTER "y"},
    {"\033[200~pasted\rtext\tof \033[31mmany\033[201~"},
    {"\033[200~\302\233\342\200\256\303\033]52;c;AAAA\007\033[201~"},
    {"e\314\201\314\247\342\203\235\314\201\314\247\342\203\235\314\201"},
    {"\360\237\221\251\342\200\215\360\237\214\276"}, {"\342\200\213\342\200\215\357\273\277"},
    {"\355\225\234\352\270\200"}, {"\357\274\241"},
};

/* Nobody's keys: broken sequences, bytes that are no text. */
static const struct piece noise[] = {
    {"\377"}, {"\200\200"}, {"\303"}, {"\033["}, {"\033[1;"}, {"\033[99999999999;1~"}, {"\033O"}, {"\033[<0;0;0M"},
    {"\033[<99;1"}, {"\033[M"}, {"\033[M!!"}, {"\302\233"}, {"\033]0;x\007"}, {"\033P1$q\033\\"}, {"\033[?62;c"},
    {"\033[12;40R"}, {"\033[200~"}, {"\033[201~"}, {"\355\240\200"}, {"\364\220\200\200"}, {"\033[27;5;97~"},
    {"\033[[A"}, {"\033\033\033"}, {"\034\035\036\037"},
};

struct player {
	uint64_t chance;
	const char *email;
	char keys[KEYS_MAX]; /* of this burst */
	size_t length;
	bool noisy;
};

static size_t roll(struct player *player, size_t limit)
{
	return chance_below(&player->chance, limit);
}

static void add(struct player *player, const char *keys)
{
	size_t length = strlen(keys);

	if (player->length + length >= KEYS_MAX)
		return;
	memcpy(player->keys + player->length, keys, length + 1);
	player->length += length;
}

static void add_click(struct player *player, const struct stage *stage)
{
	static const int buttons[] = {0, 0, 0, 1, 2, 64, 65, 32, 35, 4, 16, 66, 128};
	char report[64];
	int button = buttons[roll(player, COUNT_OF(buttons))];
	int x = (int)roll(player, (size_t)stage->width + 2), y = (int)roll(player, (size_t)stage->height + 2);

	snprintf(report, sizeof report, "\033[<%d;%d;%dM\033[<%d;%d;%dm", button, x, y, button, x, y);
	add(player, report);
}

static void make_burst(struct player *player, const struct stage *stage)
{
	size_t count = 1 + roll(player, roll(player, 4) ? 6 : 30);

	player->length = 0;
	player->noisy = false;
	for (size_t i = 0; i < count; i++) {
		size_t kind = roll(player, 100);
		if (kind < 88) {
			add(player, pieces[roll(player, COUNT_OF(pieces))].keys);
		} else if (kind < 96) {
			add_click(player, stage);
		} else {
			add(player, noise[roll(player, COUNT_OF(noise))].keys);
			player->noisy = true;
		}
	}
}

static void print_burst(const struct player *player, int burst)
{
	print_message("seed %llu, burst %d: \"", (unsigned long long)chance_seed(), burst);
	for (size_t i = 0; i < player->length; i++) {
		unsigned char byte = (unsigned char)player->keys[i];
		if (byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\')
			print_message("%c", byte);
		else
			print_message("\\%03o", byte);
	}
	print_message("\"\n");
}

/* Has it been left? That is a thing that keys may do, but only in the regular way. */
static bool was_left(struct stage *stage)
{
	stage_check(stage);
	if (stage->pid)
		return false;
	if (stage->status)
		stage_fail(stage, "it ended with status %x", (unsigned)stage->status);
	return true;
}

/* Half a sequence may swallow the question whether all is quiet: it is asked again. A paste without an end ends. */
static bool come_to_rest(struct stage *stage, const struct player *player)
{
	enum { TRIES = 400, TRY_MS = 250 };

	if (player->noisy)
		stage_type(stage, "\033[201~");
	for (int i = 0; i < TRIES; i++) {
		if (stage_quiet_within(stage, TRY_MS))
			return true;
		if (was_left(stage))
			return false;
		stage_signal(stage, SIGCONT); /* among its commands is one that suspends it */
	}
	stage_fail(stage, "it does not come to rest");
}

static void resize_sometimes(struct player *player, struct stage *stage)
{
	if (roll(player, 6))
		return;
	if (roll(player, 5))
		stage_resize(stage, 40 + (int)roll(player, 120), 12 + (int)roll(player, 40));
	else
		stage_resize(stage, 1 + (int)roll(player, 60), 1 + (int)roll(player, 20));
}

static void begin(struct player *player, struct stage *stage)
{
	world_start(stage, NULL);
	if (player->email && !stage_shows(stage, player->email)) {
		stage_type(stage, ":sign in" K_ENTER);
		stage_type(stage, player->email);
		stage_press(stage, K_TAB WORLD_PASSWORD K_ENTER);
	}
}

static void play(const char *email, uint64_t number)
{
	struct stage *stage = world.stage;
	struct player player = {.chance = chance_seed() * 31 + number, .email = email};
	int bursts = chance_rounds("VITRINE_BURSTS", BURSTS), left = 0;

	begin(&player, stage);
	for (int burst = 0; burst < bursts; burst++) {
		make_burst(&player, stage);
		print_burst(&player, burst);
		resize_sometimes(&player, stage);
		stage_type_bytes(stage, player.keys, player.length);
		if (!come_to_rest(stage, &player)) {
			left++;
			begin(&player, stage);
			continue;
		}
		repaint_expect_same(stage);
	}
	print_message("left %d times\n", left);
}

static void test_guest(void **state)
{
	(void)state;
	world_demo();
	play(NULL, 1);
}

static void test_client(void **state)
{
	(void)state;
	world_demo();
	play(WORLD_CLIENT, 2);
}

static void test_seller(void **state)
{
	(void)state;
	world_demo();
	play(WORLD_SELLER, 3);
}

static void test_client_of_the_first_platform(void **state)
{
	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	play(WORLD_CLIENT, 4);
}

static void test_seller_of_the_first_platform(void **state)
{
	(void)state;
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	play(WORLD_SELLER, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_guest),
	    WORLD_TEST(test_client),
	    WORLD_TEST(test_seller),
	    WORLD_TEST(test_client_of_the_first_platform),
	    WORLD_TEST(test_seller_of_the_first_platform),
	};

	return world_run(tests);
}
