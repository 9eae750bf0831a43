/* The inventory: a seller's products in a grid, where price and stock are edited in place. Changes stay here until the
 * review sends them. */
#include <stdio.h>
#include <string.h>

#include "screens/app/screen.h"
#include "screens/parts/text.h"
#include "screens/selling/editor.h"
#include "screens/selling/inventory_grid.h"
#include "shop/number.h"
#include "tui/widgets/list.h"

static const struct binding inventory_keys[] = {INVENTORY_KEYS(KEYMAP_BINDING)};

enum { SEARCH_DELAY_MS = 60, QUESTION = 96 };
static const enum number_kind cell_kinds[CELLS] = {[CELL_PRICE] = NUMBER_PRICE, [CELL_STOCK] = NUMBER_STOCK};

/* ---- loading ---- */

/* Without versions nothing else tells that the listing is newer than what was saved. */
static bool has_versions(const struct inventory *inventory)
{
	return net_profile(app_net(inventory->app)) != NET_PROFILE_BASE;
}

static void on_listed(void *context)
{
	struct inventory *inventory = context;

	if (!has_versions(inventory) && inventory->pager.err.kind == ERR_NONE)
		inventory_model_listed(&inventory->changes.model);
}

static bool is_too_fast(const struct inventory *inventory)
{
	const struct pager *pager = &inventory->pager;

	return pager->loaded && (inventory->typed || (inventory->other && pager->stale && pager->call));
}

/* Asks again; the selection stays in its row. */
static void load(struct inventory *inventory)
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
	inventory->rested = -1;
	pager_reload(&inventory->pager);
}

static void load_from_start(struct inventory *inventory)
{
	inventory->pager.selected = 0;
	load(inventory);
}

/* Somebody signed in or out: another seller must not get these changes. */
static void follow_session(struct inventory *inventory)
{
	const struct session *session = net_session(app_net(inventory->app));
	const char *id = session && session->group == GROUP_SELLERS ? session->user_id : "";

	if (!strcmp(id, inventory->own_id) || !*id)
		return;
	inventory_model_done(&inventory->changes.model);
	snprintf(inventory->own_id, sizeof inventory->own_id, "%s", id);
	load_from_start(inventory);
}

static bool inventory_enter(struct app *app, void *state, const void *argument)
{
	struct inventory *inventory = state;
	struct err err;

	(void)argument;
	inventory->app = inventory->changes.app = app;
	inventory->rested = -1;
	inventory->question = arena_alloc(app_arena(app, state), QUESTION);
	if (!inventory->question)
		return false;
	if (!field_init(&inventory->input, NUMBER_CHARACTERS, false, &err) ||
	    !field_init(&inventory->search, LIMIT_QUERY, false, &err)) {
		field_done(&inventory->input);
		app_failed(app, &err);
		return false;
	}
	detail_init(&inventory->detail, app);
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
	detail_done(&inventory->detail);
	inventory_model_done(&inventory->changes.model);
	field_done(&inventory->input);
	field_done(&inventory->search);
}

static void inventory_shown(struct app *app, void *state)
{
	struct inventory *inventory = state;

	(void)app;
	follow_session(inventory);
	if (inventory->changes.gone)
		load(inventory);
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

/* Leaves the cell; its new value is kept here. False when the value is wrong and people stay in the cell. */
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
	if (text_has_stock(inventory->app))
		inventory->cell = inventory->cell == CELL_PRICE ? CELL_STOCK : CELL_PRICE;
}

/* Left and Right move within the text; at its ends they leave the cell. */
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
	if (key & KEYMOD_CTRL || key == KEYSYM_F1) /* the shell, redrawing, help: afterwards people type on */
		return WIDGET_IGNORED;
	/* Other keys, such as Up and Down, and clicks count once the cell is left. */
	return key_is_text(key) || !commit(inventory) ? WIDGET_HANDLED : WIDGET_IGNORED;
}

/* ---- actions ---- */

static void tag(struct inventory *inventory)
{
	const struct product *product = inventory_selected(inventory);
	struct err err;

	if (!product)
		return;
	if (!inventory_model_tag(&inventory->changes.model, product, &err))
		app_say(inventory->app, TOAST_WARN, NULL, "%s", err.message);
	else
		pager_go(&inventory->pager, pager_selected(&inventory->pager) + 1);
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

/* What the editor saved is shown at once. The changes that were made here were saved with it. */
static void on_edited(struct app *app, void *owner, const void *result)
{
	struct inventory *inventory = owner;
	struct inventory_model *model = &inventory->changes.model;
	const struct product *selected = inventory_selected(inventory);
	const struct editor_result *edited = result;
	struct product now;

	(void)app;
	if (!edited)
		return;
	if (edited->deleted) {
		inventory_model_settle(model, edited->id, NULL);
	} else if (edited->saved && selected && !strcmp(selected->id, edited->id)) {
		now = *selected;
		now.version = edited->version;
		now.price = edited->values[CELL_PRICE];
		now.stock = edited->values[CELL_STOCK];
		inventory_model_settle(model, edited->id, &now);
	} else if (edited->saved) {
		inventory_model_drop(model, edited->id);
	}
	if (edited->created)
		load_from_start(inventory);
	else
		load(inventory);
}

static void open_editor(struct inventory *inventory, const struct product *product)
{
	struct editor_argument argument = {.product = NULL};
	struct product now;
	int64_t values[CELLS];

	if (product) {
		const struct edit *edit = inventory_model_find(&inventory->changes.model, product->id);
		now = *product;
		/* The listing may be older than what was saved since; the first platform has no versions to tell
		 * that. */
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
	app_push_for(inventory->app, SCREEN_editor, &argument, inventory, on_edited);
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
	load(inventory);
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
	case INVENTORY_EDIT: begin_edit(inventory); break;
	case INVENTORY_TAG: tag(inventory); break;
	case INVENTORY_BULK: bulk(inventory); break;
	case INVENTORY_REVIEW: review(inventory); break;
	case INVENTORY_NEW: open_editor(inventory, NULL); break;
	case INVENTORY_DELETE: ask_to_delete(inventory); break;
	case INVENTORY_OPEN:
		if (inventory_selected(inventory))
			open_editor(inventory, inventory_selected(inventory));
		break;
	case INVENTORY_UNDO:
		if (inventory_model_undo(&inventory->changes.model))
			app_say(app, TOAST_GOOD, NULL, "Taken back");
		break;
	case INVENTORY_SEARCH: inventory->searching = true; break;
	case INVENTORY_NEXT:
	case INVENTORY_PREVIOUS: move_cell(inventory); break;
	case INVENTORY_REFRESH: load(inventory); break;
	}
}

/* People choose among the results now: letters are keys again, not text. */
static void leave_search(struct inventory *inventory)
{
	inventory->searching = false;
	if (inventory->typed)
		load_from_start(inventory);
}

static enum widget_result hold_key(struct inventory *inventory, const struct event *event)
{
	return pager_hold_key(&inventory->pager, event, is_too_fast(inventory)) ? WIDGET_HANDLED : WIDGET_IGNORED;
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
		inventory_start_timer(inventory, TIMER_SEARCH, SEARCH_DELAY_MS);
		return WIDGET_HANDLED;
	}
	if (is_key && list_moves(event->key, false)) {
		leave_search(inventory);
		return hold_key(inventory, event);
	}
	return is_key && (key_is_text(event->key) || event->key == KEYSYM_Tab) ? WIDGET_HANDLED : WIDGET_IGNORED;
}

static enum widget_result inventory_event(struct app *app, void *state, const struct event *event)
{
	struct inventory *inventory = state;

	(void)app;
	/* After a key or a click the selection is the row that people see: the way back to a row that is read again
	 * ends. */
	if ((event->kind == EVENT_KEY || event->kind == EVENT_MOUSE) && !is_too_fast(inventory))
		inventory->pager.selected = pager_selected(&inventory->pager);
	if (inventory->editing && edit_event(inventory, event) != WIDGET_IGNORED)
		return WIDGET_HANDLED;
	return inventory->searching ? search_event(inventory, event) : hold_key(inventory, event);
}

/* A click into the other cell selects it; a click into the selected cell edits it. */
static bool click_cell(struct inventory *inventory, int column, bool was_selected)
{
	enum edit_cell cell = column == COLUMN_STOCK ? CELL_STOCK : CELL_PRICE;
	bool same = was_selected && inventory->cell == cell;

	if (column != COLUMN_PRICE && column != COLUMN_STOCK)
		return false;
	inventory->cell = cell;
	if (same)
		begin_edit(inventory);
	return true;
}

static void inventory_seen(struct app *app, void *state, const struct view_event *event)
{
	struct inventory *inventory = state;
	bool chosen = event->kind == VIEW_CHOOSE;

	if (event->id == BLOCK_SEARCH) {
		inventory->searching = true;
		field_go(&inventory->search, (size_t)event->column);
	} else if (event->id == BLOCK_LIST) {
		leave_search(inventory);
		pager_go(&inventory->pager, event->row);
		if (!click_cell(inventory, event->column, chosen) && chosen)
			inventory_action(app, inventory, INVENTORY_OPEN);
	}
}

static bool inventory_escape(struct app *app, void *state)
{
	struct inventory *inventory = state;
	bool searched = !field_is_empty(&inventory->search);
	bool tagged = inventory_model_tagged(&inventory->changes.model);

	(void)app;
	if (pager_stay(&inventory->pager))
		return true;
	if (inventory->searching || (searched && !tagged)) {
		inventory->searching = false;
		field_set(&inventory->search, NULL);
		inventory->typed |= searched;
		if (inventory->typed)
			load_from_start(inventory);
		return true;
	}
	if (pager_give_up(&inventory->pager) || inventory_give_up(&inventory->changes))
		return true;
	inventory_model_untag_all(&inventory->changes.model);
	return tagged;
}

static void inventory_tick(struct app *app, void *state)
{
	struct inventory *inventory = state;
	int timer = (int)inventory->timer;

	(void)app;
	inventory->timer = TIMER_NONE;
	if (timer == TIMER_SEARCH && inventory->typed)
		load_from_start(inventory);
	else if (timer == TIMER_DECODE)
		detail_step(&inventory->detail);
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

/* The words for Enter and Esc now. */
static const char *inventory_label(struct app *app, const void *state, int action)
{
	const struct inventory *inventory = state;
	bool enter = action == INVENTORY_OPEN, esc = action == SCREEN_BACK;

	(void)app;
	if (inventory->editing)
		return enter ? "keep" : esc ? "drop" : NULL;
	if (inventory->searching)
		return enter ? "to the list" : esc ? "clear" : NULL;
	if (esc && inventory_model_tagged(&inventory->changes.model))
		return "untag all";
	return esc && !field_is_empty(&inventory->search) ? "clear the search" : NULL;
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
	else if (changed == 1)
		snprintf(inventory->question, QUESTION, "1 changed product is not sent. Leave it?");
	else
		snprintf(inventory->question, QUESTION, "%zu changed products are not sent. Leave them?", changed);
	return inventory->question;
}

const struct screen screen_inventory = {
    .name = "inventory",
    .title = "Inventory",
    .state_size = sizeof(struct inventory),
    SCREEN_KEYS(inventory_keys),
    .of_row = SCREEN_ACTION(INVENTORY_EDIT) | SCREEN_ACTION(INVENTORY_TAG) |
	      SCREEN_ACTION(INVENTORY_DELETE) | SCREEN_ACTION(INVENTORY_OPEN),
    .in_menu = true,
    .enter = inventory_enter,
    .shown = inventory_shown,
    .update = inventory_update,
    .view = inventory_view,
    .action = inventory_action,
    .event = inventory_event,
    .seen = inventory_seen,
    .escape = inventory_escape,
    .hidden = inventory_hidden,
    .label = inventory_label,
    .unsaved = inventory_unsaved,
    .tick = inventory_tick,
    .leave = inventory_leave,
};
