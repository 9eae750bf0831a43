/* Purchases that no screen watches: people are told how they ended, on whichever screen they are. */
#include "base/clock.h"
#include "screens/app/app_internal.h"
#include "screens/app/words.h"

/* The first platform may still record it for many minutes. */
static void on_late(void *context, const struct purchase_run *run)
{
	struct app *app = context;
	char date[APP_TEXT], until[APP_TEXT];

	app_say(app, TOAST_WARN, NULL,
		"Not known yet: your purchase of %s. The shop may record it until %s; then you are told",
		app_date(purchase_run_started_at(run), date),
		app_time(clock_now() + purchase_run_late_ms(app->runs, run), until));
}

static void tell_bought(struct app *app, const struct net_reply *reply)
{
	const struct purchase *purchase = reply->answer;
	char date[APP_TEXT], total[APP_TEXT];

	app_say(app, TOAST_GOOD, NULL, "Your purchase of %s is settled: bought, %s %s",
		app_date(purchase->purchase_date, date), app_money(purchase->total, total), purchase->currency);
}

static void tell_partly(struct app *app, const struct net_reply *reply)
{
	int64_t wanted = 0, recorded = 0;

	for (size_t i = 0; i < reply->recorded_count; i++) {
		wanted += reply->recorded[i].quantity;
		recorded += reply->recorded[i].recorded;
	}
	app_say(app, TOAST_BAD, NULL, "Of an interrupted purchase %lld of %lld are recorded; Purchases shows them",
		(long long)recorded, (long long)wanted);
}

static void tell_not(struct app *app, const struct purchase_run *run, const struct net_reply *reply)
{
	char date[APP_TEXT], text[WORDS_TEXT];

	app_say(app, TOAST_BAD, NULL, "Your purchase of %s was not made, nothing was charged. %s",
		app_date(purchase_run_started_at(run), date), words_of(&reply->err, text));
}

static void on_heard(void *context, const struct purchase_run *run, struct net_reply *reply)
{
	struct app *app = context;
	enum run_state state = purchase_run_state(run);

	if (state == RUN_BOUGHT)
		tell_bought(app, reply);
	else if (state == RUN_PARTLY)
		tell_partly(app, reply);
	else if (state >= RUN_LIVE)
		tell_not(app, run, reply);
	app_dirty(app);
}

static void on_failed(void *context, const struct err *err)
{
	app_failed(context, err);
}

struct purchase_runs *app_new_runs(struct app *app)
{
	const struct purchase_runs_events events = {on_heard, on_late, on_failed, app};

	return purchase_runs_new(app->net, app->cart, &events);
}
