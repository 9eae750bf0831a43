/* The inventory: a seller's products as a grid in which price and stock are edited in place. Nothing is sent until the
 * review; what is changed here stays here until then. */
#include <stdio.h>
#include <string.h>

#include "screens/selling/editor.h"
#include "screens/selling/inventory_grid.h"
#include "shop/number.h"
#include "screens/app/screen.h"

#define INVENTORY_KEYS(KEY)                                                                              \
	KEY(INVENTORY_EDIT, "edit", "e", "edit", "Edit this price or stock; typing replaces it", 1)      \
	KEY(INVENTORY_TAG, "tag", "Space", "tag", "Tag this product, or untag it", 2)                    \
	KEY(INVENTORY_BULK, "bulk", "b", "bulk change", "Change all tagged products at once", 3)         \
	KEY(INVENTORY_REVIEW, "review", "w", "review and send", "Look at the changes, and send them", 4) \
	KEY(INVENTORY_NEW, "new", "n", "new", "Offer a new product", 5)                                  \
	KEY(INVENTORY_DELETE, "delete", "d", "delete", "Delete this product", 6)                         \
	KEY(INVENTORY_OPEN, "open", "Enter", "open", "Open this product in the editor", 7)               \
	KEY(INVENTORY_UNDO, "undo", "u", "undo", "Take back the last change", 0)                         \
	KEY(INVENTORY_SEARCH, "search", "/", "search", "Search your products as you type", 0)            \
	KEY(INVENTORY_NEXT, "next", "Tab Right l", "next cell", "Go to the next cell", 9)                       \
	KEY(INVENTORY_PREVIOUS, "previous", "S-Tab Left h", "", "Go to the cell before", 0)              \
	KEY(INVENTORY_UNTAG, "untag", "t", "", "Untag all", 0)                                           \
	KEY(INVENTORY_REFRESH, "refresh", "r", "refresh", "Ask the shop again, keeping the changes", 0)
enum inventory_action { INVENTORY_KEYS(KEYMAP_ACTION) };
static const struct binding inventory_keys[] = {INVENTORY_KEYS(KEYMAP_BINDING)};

enum { SEARCH_DELAY_MS = 60, QUESTION = 96 };
static const enum number_kind cell_kinds[CELLS] = {[CELL_PRICE] = NUMBER_PRICE, [CELL_STOCK] = NUMBER_STOCK};

/* ---- loading ---- */

/* Without them nothing else says that the listing is newer than what was saved. */
static bool has_versions(const struct inventory *inventory)
{
	return net_profile(app_net(inventory->app)) != NET_PROFILE_BASE;
}

static void on_listed(void *context)
{
	struct inventory *inventory = context;

	if (!has_versions(inventory) && inventory->pager.err.kind == ERR_NONE)
		inventory_model_listed(&inventory->changes.model);
	inventory_return(inventory); /* before kept keys come */
}

static bool is_too_fast(const struct inventory *inventory)
{
	const struct pager *pager = &inventory->pager;

	return pager->loaded && (inventory->typed || (inventory->other && pager->stale && pager->call));
}

static void load(struct inventory *inventory, int64_t return_to)
{
	struct product_query *query = &inventory->query;

	if (!inventory->own_id[0])
		return;
	*query = (struct product_query){.sort = -1, .seller_id = inventory->own_id};
	if (!field_is_empty(&inventory->search))
		query->q = field_text(&inventory->search);
	if (!has_versions(inventory))
		inventory_model_asked(&inventory->changes.model);
	inventory->other = is_too_fast(inventory);
	inventory->typed = false;
	inventory->return_to = return_to;
	pager_reload(&inventory->pager);
}

/* Somebody signed in or out: one seller's changes are none of another's. */
static void follow_session(struct inventory *inventory)
{
	const struct session *session = net_session(app_net(inventory->app));
	const char *id = session && session->group == GROUP_SELLERS ? session->user_id : "";

	if (!strcmp(id, inventory->own_id) || !*id)
		return;
	inventory_model_done(&inventory->changes.model);
	snprintf(inventory->own_id, sizeof inventory->own_id, "%s", id);
	load(inventory, 0);
}

static bool inventory_enter(struct app *app, void *state, const void *argument)
{
	struct inventory *inventory = state;
	struct err err;

	(void)argument;
	inventory->app = inventory->changes.app = app;
	inventory->return_to = -1;
	inventory->question = arena_alloc(app_arena(app, state), QUESTION);
	if (!inventory->question)
		return false;
	if (!field_init(&inventory->input, NUMBER_CHARACTERS, false, &err) ||
	    !field_init(&inventory->search, LIMIT_QUERY, false, &err)) {
		field_done(&inventory->input);
		app_failed(app, &err);
		return false;
	}
	table_init(&inventory->table, inventory_columns, COLUMNS, true);
	pager_init(&inventory->pager, app, &pager_products, &inventory->query);
	inventory->pager.answered = on_listed;
	inventory->pager.context = inventory;
	follow_session(inventory);
	return true;
}

static void inventory_leave(struct app *app, void *state)
{
	struct inventory *inventory = state;

	(void)app;
	pager_done(&inventory->pager);
	inventory_model_done(&inventory->changes.model);
	field_done(&inventory->input);
	field_done(&inventory->search);
}

/* What the editor saved stands here at once, and what was changed here went along with it. */
static void settle_edited(struct inventory *inventory, const struct editor_result *edited)
{
	const struct product *selected = inventory_selected(inventory);
	struct product now;

	if (edited->deleted) {
		inventory_model_settle(&inventory->changes.model, edited->id, NULL);
	} else if (edited->saved && selected && !strcmp(selected->id, edited->id)) {
		now = *selected;
		now.version = edited->version;
		now.price = edited->values[CELL_PRICE];
		now.stock = edited->values[CELL_STOCK];
		inventory_model_settle(&inventory->changes.model, edited->id, &now);
	} else if (edited->saved) {
		inventory_model_drop(&inventory->changes.model, edited->id);
	}
}

static void inventory_shown(struct app *app, void *state)
{
	struct inventory *inventory = state;
	const struct editor_result *edited = &inventory->edited;

	(void)app;
	follow_session(inventory);
	if (edited->changed) {
		settle_edited(inventory, edited);
		load(inventory, edited->created ? 0 : inventory->table.scroll.selected);
		inventory->edited.changed = false;
	} else if (inventory->changes.gone) {
		load(inventory, inventory->table.scroll.selected);
	}
	inventory->changes.gone = false;
}

/* ---- editing a cell ---- */

static void begin_edit(struct inventory *inventory)
{
	const struct product *product = inventory_selected(inventory);
	char text[APP_TEXT];

	if (!product)
		return;
	const struct edit *edit = inventory_model_find(&inventory->changes.model, product->id);
	if (edit && edit->state == EDIT_SENDING) {
		app_say(inventory->app, TOAST_INFO, NULL, "This one is being sent: wait a moment");
		return;
	}
	int64_t value = inventory_value(edit, product, inventory->cell);
	number_write(cell_kinds[inventory->cell], value, text);
	field_set(&inventory->input, value < 0 ? "" : text);
	snprintf(inventory->editing_id, sizeof inventory->editing_id, "%s", product->id);
	inventory->editing = inventory->fresh = true;
}

/* True when the cell was left: its value holds, here. */
static bool commit(struct inventory *inventory)
{
	const struct product *product = inventory_selected(inventory);
	char fault[NUMBER_FAULT];
	int64_t value;
	struct err err;

	if (!product || strcmp(product->id, inventory->editing_id) != 0) {
		inventory->editing = false;
		return true;
	}
	if (!number_read(cell_kinds[inventory->cell], field_text(&inventory->input), &value, fault)) {
		app_say(inventory->app, TOAST_WARN, NULL, "%s", fault);
		return false;
	}
	if (!inventory_model_set(&inventory->changes.model, product, inventory->cell, value, &err)) {
		app_say(inventory->app, TOAST_WARN, NULL, "%s", err.message);
		return false;
	}
	inventory->editing = false;
	return true;
}

static void move_cell(struct inventory *inventory)
{
	if (inventory->table.column_count == COLUMNS)
		inventory->cell = inventory->cell == CELL_PRICE ? CELL_STOCK : CELL_PRICE;
}

/* Left and Right move within what is typed, and at its edges out of the cell. */
static bool leaves_sideways(const struct inventory *inventory, uint32_t key)
{
	return (key == KEYSYM_Left && (inventory->fresh || inventory->input.cursor == 0)) ||
	       (key == KEYSYM_Right && inventory->input.cursor == inventory->input.length);
}

static enum widget_result edit_event(struct inventory *inventory, const struct event *event)
{
	uint32_t key = event->kind == EVENT_KEY ? event->key : 0;

	if (key == KEYSYM_Esc) {
		inventory->editing = false;
		return WIDGET_HANDLED;
	}
	if (key == KEYSYM_Enter) {
		commit(inventory);
		return WIDGET_HANDLED;
	}
	if (key == KEYSYM_Tab || key == (KEYSYM_Tab | KEYMOD_SHIFT)) {
		if (commit(inventory)) {
			move_cell(inventory);
			begin_edit(inventory);
		}
		return WIDGET_HANDLED;
	}
	if (leaves_sideways(inventory, key)) {
		if (commit(inventory))
			move_cell(inventory);
		return WIDGET_HANDLED;
	}
	if (inventory->fresh && (key_is_text(key) || event->kind == EVENT_PASTE))
		field_set(&inventory->input, NULL);
	if (field_event(&inventory->input, event) == WIDGET_HANDLED) {
		inventory->fresh = false;
		return WIDGET_HANDLED;
	}
	if (key & KEYMOD_CTRL || key == KEYSYM_F1) /* to the shell, painted again, help: and then one types on */
		return WIDGET_IGNORED;
	/* Anything else, such as Up, Down or a click, is done once the cell is left. */
	return key_is_text(key) || !commit(inventory) ? WIDGET_HANDLED : WIDGET_IGNORED;
}

/* ---- doing ---- */

static void tag(struct inventory *inventory)
{
	const struct product *product = inventory_selected(inventory);
	struct err err;

	if (!product)
		return;
	if (!inventory_model_tag(&inventory->changes.model, product, &err))
		app_say(inventory->app, TOAST_WARN, NULL, "%s", err.message);
	else
		scroll_move(&inventory->table.scroll, 1);
}

static void on_bulk(struct app *app, void *owner, const void *result)
{
	struct inventory *inventory = owner;
	struct err err;

	if (!result)
		return;
	if (inventory_model_bulk(&inventory->changes.model, result, &err))
		app_say(app, TOAST_GOOD, "u undo", "Changed here, not sent: w reviews and sends");
	else
		app_failed(app, &err);
}

static void bulk(struct inventory *inventory)
{
	const struct product *product = inventory_selected(inventory);
	struct err err;

	if (!inventory_model_tagged(&inventory->changes.model)) {
		if (!product)
			return;
		if (!inventory_model_tag(&inventory->changes.model, product, &err)) {
			app_say(inventory->app, TOAST_WARN, NULL, "%s", err.message);
			return;
		}
	}
	app_push_for(inventory->app, SCREEN_bulk, &inventory->changes.model, inventory, on_bulk);
}

static void review(struct inventory *inventory)
{
	if (inventory_model_changed(&inventory->changes.model))
		app_push(inventory->app, SCREEN_review, &(struct review_argument){&inventory->changes});
	else
		app_say(inventory->app, TOAST_INFO, NULL, "Nothing is changed: e edits a price or a stock");
}

static void open_editor(struct inventory *inventory, const struct product *product)
{
	struct editor_argument argument = {.result = &inventory->edited};
	struct product now;
	int64_t values[CELLS];

	if (product) {
		const struct edit *edit = inventory_model_find(&inventory->changes.model, product->id);
		now = *product;
		/* The listing may be older than what was saved since; the first platform has no versions to tell. */
		if (edit && edit->version >= product->version) {
			now.version = edit->version;
			now.price = edit->was[CELL_PRICE];
			now.stock = edit->was[CELL_STOCK];
		}
		values[CELL_PRICE] = inventory_value(edit, product, CELL_PRICE);
		values[CELL_STOCK] = inventory_value(edit, product, CELL_STOCK);
		argument.product = &now;
		argument.values = values;
	}
	inventory->edited = (struct editor_result){0};
	app_push(inventory->app, SCREEN_editor, &argument);
}

static void on_deleted(struct app *app, void *state, struct net_reply *reply)
{
	struct inventory *inventory = state;

	if (!reply->ok && reply->err.kind != ERR_NOT_FOUND) {
		app_failed(app, &reply->err);
		return;
	}
	inventory_model_settle(&inventory->changes.model, inventory->deleting_id, NULL);
	app_say(app, TOAST_GOOD, NULL, "Deleted");
	load(inventory, inventory->table.scroll.selected);
}

static void delete_now(struct app *app, void *state)
{
	struct inventory *inventory = state;

	app_call(app, inventory, API_product_delete, &(struct net_args){.id = inventory->deleting_id}, on_deleted);
}

static void ask_to_delete(struct inventory *inventory)
{
	const struct product *product = inventory_selected(inventory);

	if (!product)
		return;
	snprintf(inventory->deleting_id, sizeof inventory->deleting_id, "%s", product->id);
	app_ask(inventory->app, inventory, "delete it", delete_now,
		"Delete %s? It can't be bought any more; earlier sales keep it.", product->name);
}

static void inventory_action(struct app *app, void *state, int action)
{
	struct inventory *inventory = state;

	switch ((enum inventory_action)action) {
	case INVENTORY_EDIT:
		begin_edit(inventory);
		break;
	case INVENTORY_TAG:
		tag(inventory);
		break;
	case INVENTORY_UNTAG:
		inventory_model_untag_all(&inventory->changes.model);
		break;
	case INVENTORY_BULK:
		bulk(inventory);
		break;
	case INVENTORY_REVIEW:
		review(inventory);
		break;
	case INVENTORY_NEW:
		open_editor(inventory, NULL);
		break;
	case INVENTORY_DELETE:
		ask_to_delete(inventory);
		break;
	case INVENTORY_OPEN:
		if (inventory_selected(inventory))
			open_editor(inventory, inventory_selected(inventory));
		break;
	case INVENTORY_UNDO:
		if (inventory_model_undo(&inventory->changes.model))
			app_say(app, TOAST_GOOD, NULL, "Taken back");
		break;
	case INVENTORY_SEARCH:
		inventory->searching = true;
		break;
	case INVENTORY_NEXT:
	case INVENTORY_PREVIOUS:
		move_cell(inventory);
		break;
	case INVENTORY_REFRESH:
		load(inventory, inventory->table.scroll.selected);
		break;
	}
}

/* The keys are for the list. */
static enum widget_result list_event_of(struct inventory *inventory, const struct event *event)
{
	struct scroll *scroll = &inventory->table.scroll;

	if (event->kind == EVENT_KEY && is_too_fast(inventory) && pager_keep_key(&inventory->pager, scroll, event->key))
		return WIDGET_HANDLED;
	enum widget_result result = pager_event(&inventory->pager, scroll, inventory->table.rect, event, true);
	if (result == WIDGET_CHOSEN)
		inventory_action(inventory->app, inventory, INVENTORY_OPEN);
	return result;
}

/* What is found is gone through, or chosen: from then on letters are keys, not text. */
static void leave_search(struct inventory *inventory)
{
	inventory->searching = false;
	if (inventory->typed)
		load(inventory, 0);
}

static enum widget_result search_event(struct inventory *inventory, const struct event *event)
{
	bool is_key = event->kind == EVENT_KEY;

	if (is_key && event->key == KEYSYM_Enter) {
		leave_search(inventory);
		return WIDGET_HANDLED;
	}
	if (field_event(&inventory->search, event) == WIDGET_HANDLED) {
		inventory->typed = true;
		app_timer(inventory->app, inventory, SEARCH_DELAY_MS);
		return WIDGET_HANDLED;
	}
	if (is_key && list_moves(event->key, false)) {
		leave_search(inventory);
		return list_event_of(inventory, event);
	}
	if (event->kind == EVENT_MOUSE &&
	    pager_event(&inventory->pager, &inventory->table.scroll, inventory->table.rect, event, false) != WIDGET_IGNORED) {
		inventory->searching = event->button != BUTTON_LEFT;
		return WIDGET_HANDLED;
	}
	return is_key && (key_is_text(event->key) || event->key == KEYSYM_Tab) ? WIDGET_HANDLED : WIDGET_IGNORED;
}

static enum widget_result inventory_event(struct app *app, void *state, const struct event *event)
{
	struct inventory *inventory = state;

	(void)app;
	if ((event->kind == EVENT_KEY || event->kind == EVENT_MOUSE) && !is_too_fast(inventory))
		inventory->return_to = -1;
	if (inventory->editing && edit_event(inventory, event) != WIDGET_IGNORED)
		return WIDGET_HANDLED;
	return inventory->searching ? search_event(inventory, event) : list_event_of(inventory, event);
}

static bool inventory_escape(struct app *app, void *state)
{
	struct inventory *inventory = state;
	bool searched = !field_is_empty(&inventory->search);

	(void)app;
	pager_forget_keys(&inventory->pager);
	if (inventory->searching || searched) {
		inventory->searching = false;
		field_set(&inventory->search, NULL);
		inventory->typed |= searched;
		if (inventory->typed)
			load(inventory, 0);
		return true;
	}
	if (pager_give_up(&inventory->pager) || inventory_give_up(&inventory->changes))
		return true;
	if (!inventory_model_tagged(&inventory->changes.model))
		return false;
	inventory_model_untag_all(&inventory->changes.model);
	return true;
}

static void inventory_tick(struct app *app, void *state)
{
	struct inventory *inventory = state;

	(void)app;
	if (inventory->typed)
		load(inventory, 0);
}

static bool inventory_hidden(struct app *app, const void *state, int action)
{
	const struct inventory *inventory = state;

	if (action == INVENTORY_DELETE && !net_offers(app_net(app), API_product_delete))
		return true;
	if (!inventory->own_id[0] || (action == INVENTORY_NEXT && inventory->searching))
		return true;
	if (action == INVENTORY_REVIEW && inventory_model_changed(&inventory->changes.model))
		return false;
	return !inventory_selected(inventory) && action != INVENTORY_NEW && action != INVENTORY_SEARCH &&
	       action != INVENTORY_REFRESH;
}

/* What Enter and Esc do now. */
static const char *inventory_label(struct app *app, const void *state, int action)
{
	const struct inventory *inventory = state;
	bool enter = action == INVENTORY_OPEN, esc = action == SCREEN_BACK;

	(void)app;
	if (inventory->editing)
		return enter ? "keep" : esc ? "drop" : NULL;
	if (inventory->searching)
		return enter ? "to the list" : esc ? "clear" : NULL;
	if (esc && !field_is_empty(&inventory->search))
		return "clear the search";
	return esc && inventory_model_tagged(&inventory->changes.model) ? "untag all" : NULL;
}

static const char *inventory_unsaved(struct app *app, const void *state)
{
	const struct inventory *inventory = state;
	size_t changed = inventory_model_changed(&inventory->changes.model);

	(void)app;
	if (!changed)
		return inventory->editing && !inventory->fresh ? "What is typed is not kept yet. Leave it?" : NULL;
	if (inventory->changes.sending)
		snprintf(inventory->question, QUESTION, "Changes are being sent, not all is saved yet. Leave them?");
	else
		snprintf(inventory->question, QUESTION, "%zu changed %s not sent. Leave %s?", changed,
			 changed == 1 ? "product is" : "products are", changed == 1 ? "it" : "them");
	return inventory->question;
}

const struct screen screen_inventory = {
    .name = "inventory",
    .title = "Inventory",
    .state_size = sizeof(struct inventory),
    SCREEN_KEYS(inventory_keys),
    .of_row = SCREEN_ACTION(INVENTORY_EDIT) | SCREEN_ACTION(INVENTORY_TAG) | SCREEN_ACTION(INVENTORY_BULK) |
	      SCREEN_ACTION(INVENTORY_DELETE) | SCREEN_ACTION(INVENTORY_OPEN),
    .in_menu = true,
    .enter = inventory_enter,
    .shown = inventory_shown,
    .paint = inventory_paint,
    .action = inventory_action,
    .event = inventory_event,
    .escape = inventory_escape,
    .hidden = inventory_hidden,
    .label = inventory_label,
    .unsaved = inventory_unsaved,
    .tick = inventory_tick,
    .leave = inventory_leave,
};
