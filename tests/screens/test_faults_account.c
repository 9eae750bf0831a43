/* A client's own account, from the sign-in to its end, with each reply in turn going wrong. */
#include <stdio.h>

#include "tests/screens/faults.h"

#define EMAIL "account#@example.com"
#define NEW_PASSWORD "Another-2026"

#define SIGN_IN ":sign in" K_ENTER EMAIL K_TAB WORLD_PASSWORD K_ENTER

static const struct step steps[] = {
    {SIGN_IN, "Shop · Cart · Purchases", K_ESC K_ESC K_ESC SIGN_IN},
    {":account" K_ENTER, "+34600123456", "r"},
    {"e", "Your profile", NULL},
    {K_CTRL_U "Name #" K_ENTER, "Name    Name #", K_ENTER},
    {K_END K_UP K_ENTER, "guest", ":sign out" K_ENTER},
    {SIGN_IN, "Shop · Cart · Purchases", K_ESC K_ESC K_ESC SIGN_IN},
    {":account" K_ENTER, "+34600123456", "r"},
    {K_END K_ENTER, "y delete the account", "r" K_END K_ENTER},
    {"y", "Shop · Cart · Sign in", K_END K_ENTER "y"},
};

static void before(int walk)
{
	world_sign_up("/Client", faults_text(EMAIL, walk), "Somebody");
}

/* It is gone. */
static void after(int walk)
{
	char body[256];

	snprintf(body, sizeof body, "{\"email\":\"%s\",\"password\":\"" WORLD_PASSWORD "\"}", faults_text(EMAIL, walk));
	struct answer answer = world_ask("POST", "/Login", NULL, body);
	assert_int_equal(answer.status, 401);
	cJSON_Delete(answer.json);
}

/* The account has gone, and the answer was lost: there is nothing to do about it. Or only the sign-in was in the way,
 * to which nobody comes back: keys would open a product. */
static bool otherwise(struct stage *stage, const struct step *step, int walk)
{
	(void)step;
	(void)walk;
	stage_sync(stage);
	if (stage_shows(stage, "Nobody is signed in"))
		stage_type(stage, K_ESC);
	else if (!stage_shows(stage, "Shop · Cart · Sign in"))
		return false;
	return true;
}

static const struct way way = {
    .steps = steps,
    .count = COUNT_OF(steps),
    .email = EMAIL,
    .password = WORLD_PASSWORD,
    .signs_in = 0,
    .otherwise = otherwise,
    .before = before,
    .after = after,
};

int main(void)
{
	return faults_main(&way);
}
