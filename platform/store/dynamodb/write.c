/* What all files of the store stand on: ids, transactions put together, items read, another try. */
#include <time.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "platform/store/dynamodb/internal.h"

/* ---- ids and time ---- */

struct id ddb_id(struct dynamodb_store *store)
{
	pthread_mutex_lock(&store->ids_lock);
	const struct id id = id_next(&store->ids);
	pthread_mutex_unlock(&store->ids_lock);
	return id;
}

int64_t ddb_now(struct dynamodb_store *store)
{
	const int64_t now = clock_now(), tended = atomic_load(&store->tended);

	return now > tended ? now : tended;
}

int64_t ddb_ttl(int64_t until)
{
	return (until + 999) / 1000;
}

bool ddb_is_over(const cJSON *item, int64_t now)
{
	return item_has(item, "ttl") && item_number(item, "ttl", 0) <= now / 1000;
}

/* ---- transactions ---- */

static size_t add(struct ddb_writing *writing, struct dynamo_write write, const struct attr *attrs, size_t count)
{
	const size_t place = writing->count;

	if (place == DYNAMO_TRANSACT_MAX)
		writing->failed = true;
	if (writing->failed)
		return place;
	write.attrs = count ? arena_memdup(writing->arena, attrs, count * sizeof *attrs) : NULL;
	write.attrs_count = count;
	writing->failed = !write.key.pk || !write.key.sk || (count && !write.attrs);
	writing->writes[writing->count++] = write;
	return place;
}

size_t ddb_add_put(struct ddb_writing *writing, struct dynamo_key key, const char *condition, const struct attr *attrs,
		   size_t count)
{
	return add(writing, (struct dynamo_write){.op = DYNAMO_PUT, .key = key, .condition = condition}, attrs, count);
}

size_t ddb_add_update(struct ddb_writing *writing, struct dynamo_key key, const char *update, const char *condition,
		      const struct attr *values, size_t count)
{
	return add(writing,
		   (struct dynamo_write){.op = DYNAMO_UPDATE, .key = key, .update = update, .condition = condition},
		   values, count);
}

size_t ddb_add_delete(struct ddb_writing *writing, struct dynamo_key key, const char *condition,
		      const struct attr *values, size_t count)
{
	return add(writing, (struct dynamo_write){.op = DYNAMO_DELETE, .key = key, .condition = condition}, values,
		   count);
}

size_t ddb_add_check(struct ddb_writing *writing, struct dynamo_key key, const char *condition,
		     const struct attr *values, size_t count)
{
	return add(writing, (struct dynamo_write){.op = DYNAMO_CHECK, .key = key, .condition = condition}, values,
		   count);
}

bool ddb_write(struct dynamodb_store *store, const struct ddb_writing *writing, struct dynamo_cancelled *ret_cancelled,
	       struct err *err)
{
	if (writing->failed)
		return err_memory(err, "writing to the table");
	return !writing->count ||
	       dynamo_write(store->dynamo, writing->writes, writing->count, writing->arena, ret_cancelled, err);
}

bool ddb_again(int *tries, struct err *err)
{
	enum { FIRST_US = 500, LONGEST_US = 50000 };
	uint32_t most = FIRST_US;

	if (++*tries >= DDB_TRIES)
		return err_set(err, ERR_UNAVAILABLE, "Too many change the same just now. Try again in a moment");
	for (int i = 1; i < *tries && most < LONGEST_US; i++)
		most *= 2;
	nanosleep(&(struct timespec){.tv_nsec = 1000 * (long)crypt_random_below(most)}, NULL);
	return true;
}

/* ---- reading ---- */

bool ddb_get(struct dynamodb_store *store, struct dynamo_key key, bool consistent, struct arena *arena,
	     struct dynamo_items *ret_items, struct err *err)
{
	if (!key.pk || !key.sk)
		return err_memory(err, "reading from the table");
	return dynamo_get(store->dynamo, key, consistent, arena, ret_items, err);
}

bool ddb_get_many(struct dynamodb_store *store, const struct dynamo_key *keys, size_t count, bool consistent,
		  struct arena *arena, struct dynamo_items *ret_items, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (!keys[i].pk || !keys[i].sk)
			return err_memory(err, "reading from the table");
	if (count)
		return dynamo_get_many(store->dynamo, keys, count, consistent, arena, ret_items, err);
	*ret_items = (struct dynamo_items){.count = 0};
	return true;
}
