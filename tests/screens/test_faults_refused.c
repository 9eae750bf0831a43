/* Each call in turn is refused once, by somebody on the way or by the platform itself. */
#include "tests/screens/faults.h"

static void play(const char *more)
{
	world_demo();
	world_proxy();
	faults_play(&(struct fault){"answer", more});
}

static void test_500(void **state)
{
	(void)state;
	play("\"status\":500,\"body\":{\"code\":\"internal\",\"detail\":\"Something went wrong\"},");
}

static void test_500_after_all(void **state)
{
	(void)state;
	play("\"status\":500,\"after\":true,\"body\":\"<html>\",");
}

static void test_401(void **state)
{
	(void)state;
	play("\"status\":401,\"body\":{\"code\":\"unauthenticated\",\"detail\":\"Sign in again\"},");
}

static void test_429(void **state)
{
	(void)state;
	play("\"status\":429,\"headers\":{\"Retry-After\":\"1\"},\"body\":{\"code\":\"throttled\",\"detail\":\"Too many\"},");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_500),
	    WORLD_TEST(test_500_after_all),
	    WORLD_TEST(test_401),
	    WORLD_TEST(test_429),
	};

	return world_run(tests);
}
