/* limits.h: every limit of the REST contract, in one place; openapi.yaml states them too and a test compares the two.
 * Texts are counted in characters (Unicode code points), bodies and pictures in bytes, money in minor units.
 */
#ifndef VITRINE_MODELS_LIMITS_H
#define VITRINE_MODELS_LIMITS_H

enum {
	LIMIT_NAME = 120,
	LIMIT_DESCRIPTION = 4000,
	LIMIT_CATEGORY = 40,
	LIMIT_FULL_NAME = 120,
	LIMIT_EMAIL = 254, /* RFC 5321, 4.5.3.1.3: a path of 256 without its brackets */
	LIMIT_PASSWORD_MIN = 8,
	LIMIT_PASSWORD = 128,
	LIMIT_CODE = 16,    /* a confirmation or reset code */
	LIMIT_TOKEN = 8192, /* an access or refresh token */
	LIMIT_CURSOR = 2048,
	LIMIT_QUERY = 200,      /* q= */
	LIMIT_QUERY_WORDS = 16, /* further words of q= are a 400 */
	LIMIT_STOCK = 1000000,
	LIMIT_QUANTITY = 1000000,
	LIMIT_PAGE = 100,
	LIMIT_PAGE_DEFAULT = 50,
	LIMIT_LINES = 32, /* distinct products in a purchase or a cart */
	LIMIT_BATCH = 100,
	LIMIT_ADDRESS_LINES = 5,
	LIMIT_ADDRESS_LINE = 120,
	LIMIT_NOTE = 500,
	LIMIT_TRACKING = 120,
	LIMIT_REASON = 300,
	LIMIT_PAYMENT = 300, /* the sentence on how to pay */
	LIMIT_STATS_DAYS = 366,
	LIMIT_STATS_DAYS_DEFAULT = 30,
	LIMIT_STATS_TOP = 10,     /* best products and products that run low */
	LIMIT_LOW_STOCK = 5,      /* this many left, or fewer, is low */
	LIMIT_IDEMPOTENCY_KEY = 255,
	LIMIT_BODY = 1024 * 1024,
	LIMIT_PICTURE = 512 * 1024,
};

/* 0.01 to 999,999,999.99 */
#define LIMIT_PRICE_MIN INT64_C(1)
#define LIMIT_PRICE INT64_C(99999999999)

/* No shop ever counts so far: the greatest whole number that every reader of JSON takes as it is. */
#define LIMIT_VERSION INT64_C(9007199254740991)

#endif
