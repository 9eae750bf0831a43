#include "tests/screens/first.h"

#include <stdio.h>
#include <string.h>

void first_open(void)
{
	world_first((const char *const[]){"--base-path", "/Prod", NULL});
	assert_non_null(strstr(world.api, "/Prod"));
	world_start(world.stage, NULL);
}

static cJSON *rows_of(const char *what)
{
	cJSON *answer = world_order_ask(&world.first, "{\"do\":\"rows\",\"what\":\"%s\"}", what);
	cJSON *rows = cJSON_DetachItemFromObject(answer, "rows");

	cJSON_Delete(answer);
	assert_non_null(rows);
	return rows;
}

int first_count(const char *what)
{
	cJSON *rows = rows_of(what);
	int count = cJSON_GetArraySize(rows);

	cJSON_Delete(rows);
	return count;
}

static const char *text_of(const cJSON *row, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(row, name));

	return text ? text : "";
}

const char *first_field(const char *what, const char *key, const char *value, const char *name)
{
	static char text[512];
	cJSON *rows = rows_of(what);
	const cJSON *row;

	text[0] = '\0';
	cJSON_ArrayForEach (row, rows)
		if (!strcmp(text_of(row, key), value))
			snprintf(text, sizeof text, "%s", text_of(row, name));
	cJSON_Delete(rows);
	return text;
}

int first_requests(const char *method, const char *path, char ret_authorization[4096])
{
	cJSON *answer = world_order_ask(&world.first, "{\"do\":\"requests\"}");
	const cJSON *request;
	int count = 0;

	cJSON_ArrayForEach (request, cJSON_GetObjectItem(answer, "requests")) {
		if (strcmp(text_of(request, "method"), method) != 0 || strcmp(text_of(request, "path"), path) != 0)
			continue;
		count++;
		if (ret_authorization)
			snprintf(ret_authorization, 4096, "%s", text_of(request, "authorization"));
	}
	cJSON_Delete(answer);
	return count;
}

void first_clear(void)
{
	world_order(&world.first, "{\"do\":\"clear\"}");
}

void first_add_product(const char *name, const char *price)
{
	char seller[64];

	snprintf(seller, sizeof seller, "%s", first_field("sellers", "email", WORLD_SELLER, "id"));
	world_order(&world.first,
		    "{\"do\":\"add\",\"what\":\"products\",\"row\":{\"id\":\"added-%s\",\"name\":\"%s\",\"price\":\"%s\","
		    "\"category\":\"Kitchen\",\"seller_id\":\"%s\"}}",
		    price, name, price, seller);
}

void first_add_purchase(const char *client, const char *product)
{
	world_order(&world.first,
		    "{\"do\":\"add\",\"what\":\"purchases\",\"row\":{\"id\":\"of-%s\",\"client_name\":\"%s\","
		    "\"seller_name\":\"Kintaro\",\"product_name\":\"%s\",\"price\":\"19.8\","
		    "\"pruchase_date\":\"2026-01-02\"}}",
		    client, client, product);
}

void first_confirm(const char *email)
{
	world_order(&world.first, "{\"do\":\"confirm\",\"email\":\"%s\"}", email);
}
