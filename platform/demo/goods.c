#include "platform/demo/goods.h"

#include "models/limits.h"
#include "platform/demo/assets.h"

#define FIELD(kind, structure, member, ...) SHAPE_FIELD(kind, structure, member, .required = true, __VA_ARGS__)

SHAPE_DEFINE(goods_seller_shape, "CatalogueSeller", struct goods_seller,
	     FIELD(FIELD_EMAIL, struct goods_seller, email, .min = 3, .max = LIMIT_EMAIL),
	     FIELD(FIELD_TEXT, struct goods_seller, full_name, .min = 1, .max = LIMIT_FULL_NAME));
SHAPE_DEFINE(goods_product_shape, "CatalogueProduct", struct goods_product,
	     FIELD(FIELD_INT, struct goods_product, seller, .max = 1000),
	     FIELD(FIELD_TEXT, struct goods_product, name, .min = 1, .max = LIMIT_NAME),
	     FIELD(FIELD_TEXT, struct goods_product, category, .min = 1, .max = LIMIT_CATEGORY),
	     FIELD(FIELD_TEXT, struct goods_product, description, .max = LIMIT_DESCRIPTION),
	     FIELD(FIELD_MONEY, struct goods_product, price, .min = LIMIT_PRICE_MIN, .max = LIMIT_PRICE),
	     FIELD(FIELD_INT, struct goods_product, stock, .max = LIMIT_STOCK),
	     SHAPE_FIELD(FIELD_TEXT, struct goods_product, picture, .min = 1, .max = LIMIT_NAME));
SHAPE_DEFINE(goods_shape, "Catalogue", struct goods,
	     SHAPE_ITEMS(struct goods, sellers, goods_seller_shape, .required = true, .min = 1, .max = 1000),
	     SHAPE_ITEMS(struct goods, products, goods_product_shape, .required = true, .min = 1, .max = 10000));

bool goods_read(struct arena *arena, struct goods *ret_goods, struct err *err)
{
	struct violations violations = {.count = 0};
	struct asset asset;

	if (!asset_find("catalogue.json", &asset))
		return err_set(err, ERR_INTERNAL, "The demo's catalogue is not part of this program");

	cJSON *json = json_parse((const char *)asset.bytes, asset.length, JSON_VALUES_ANSWER, err);
	if (!json)
		return false;
	bool good = shape_decode(&goods_shape, json, arena, ret_goods, &violations, err);
	cJSON_Delete(json);
	for (size_t i = 0; good && i < ret_goods->products_count; i++)
		if (ret_goods->products[i].seller >= (int64_t)ret_goods->sellers_count)
			good = err_set(err, ERR_INVALID, "Product %zu of the demo's catalogue has no seller", i);
	return good;
}
