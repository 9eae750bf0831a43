#include "platform/http/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char metrics_op[] = "metrics";

static const struct {
	int64_t below; /* µs */
	const char *name;
} buckets[METRICS_BUCKETS] = {
    {1000, "0.001"}, {5000, "0.005"}, {25000, "0.025"}, {100000, "0.1"}, {500000, "0.5"}, {2500000, "2.5"},
    {INT64_MAX, "+Inf"},
};

void metrics_add(_Atomic uint64_t *counter, uint64_t amount)
{
	/* Not one atomic step: there is one writer. */
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + amount,
			      memory_order_relaxed);
}

static const char *op_name(size_t op)
{
	return op < API_OPS ? api_rows[op].name : op == API_OPS ? metrics_op : "none";
}

/* Names are static: a row of the table is found by its name's address. */
static size_t find_op(const char *op)
{
	for (size_t i = 0; i < API_OPS; i++)
		if (api_rows[i].name == op)
			return i;
	return op == metrics_op ? API_OPS : METRICS_OPS - 1;
}

void metrics_count(struct metrics *metrics, const char *op, int status, int64_t microseconds)
{
	size_t row = find_op(op);
	size_t bucket = 0;

	while (microseconds > buckets[bucket].below)
		bucket++;
	metrics_add(&metrics->requests[row][status >= 100 && status < 600 ? status / 100 : 5], 1);
	metrics_add(&metrics->buckets[row][bucket], 1);
	metrics_add(&metrics->microseconds[row], (uint64_t)microseconds);
}

/* ---- writing ---- */

static uint64_t read_counter(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static void add_to(_Atomic uint64_t *sums, const _Atomic uint64_t *counters, size_t count)
{
	for (size_t i = 0; i < count; i++)
		metrics_add(&sums[i], read_counter(&counters[i]));
}

static void sum(struct metrics *total, const struct metrics *one)
{
	add_to(total->requests[0], one->requests[0], sizeof one->requests / sizeof one->requests[0][0]);
	add_to(total->buckets[0], one->buckets[0], sizeof one->buckets / sizeof one->buckets[0][0]);
	add_to(total->microseconds, one->microseconds, METRICS_OPS);
	add_to(&total->accepted, &one->accepted, 1);
	add_to(&total->evicted, &one->evicted, 1);
	add_to(&total->timed_out, &one->timed_out, 1);
}

static void write_requests(struct buf *out, const struct metrics *total)
{
	buf_add_str(out, "# HELP vitrine_requests_total Requests answered, by operation and class of status.\n"
			 "# TYPE vitrine_requests_total counter\n");
	for (size_t op = 0; op < METRICS_OPS; op++)
		for (int class = 1; class < METRICS_CLASSES; class++)
			if (read_counter(&total->requests[op][class]))
				buf_printf(out, "vitrine_requests_total{op=\"%s\",status=\"%dxx\"} %llu\n", op_name(op),
					   class, (unsigned long long)read_counter(&total->requests[op][class]));
}

static void write_durations(struct buf *out, const struct metrics *total)
{
	buf_add_str(out, "# HELP vitrine_request_seconds From a request's first byte to its answer.\n"
			 "# TYPE vitrine_request_seconds histogram\n");
	for (size_t op = 0; op < METRICS_OPS; op++) {
		uint64_t count = 0;

		for (size_t i = 0; i < METRICS_BUCKETS; i++)
			count += read_counter(&total->buckets[op][i]);
		if (!count)
			continue;
		count = 0;
		for (size_t i = 0; i < METRICS_BUCKETS; i++) {
			count += read_counter(&total->buckets[op][i]);
			buf_printf(out, "vitrine_request_seconds_bucket{op=\"%s\",le=\"%s\"} %llu\n", op_name(op),
				   buckets[i].name, (unsigned long long)count);
		}
		uint64_t time = read_counter(&total->microseconds[op]);
		buf_printf(out, "vitrine_request_seconds_sum{op=\"%s\"} %llu.%06llu\n", op_name(op),
			   (unsigned long long)(time / 1000000), (unsigned long long)(time % 1000000));
		buf_printf(out, "vitrine_request_seconds_count{op=\"%s\"} %llu\n", op_name(op),
			   (unsigned long long)count);
	}
}

static uint64_t resident_bytes(void)
{
	char line[128] = "";
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file)
		return 0;
	const char *sizes = fgets(line, sizeof line, file); /* in pages: all of it, then what is resident */
	fclose(file);
	const char *resident = sizes ? strchr(sizes, ' ') : NULL;
	return resident ? strtoull(resident, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static void write_number(struct buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, type, name,
		   (unsigned long long)value);
}

void metrics_write(struct buf *out, const struct metrics *first, size_t count, size_t stride,
		   const struct metrics_gauges *gauges)
{
	struct metrics total;

	memset(&total, 0, sizeof total);
	for (size_t i = 0; i < count; i++)
		sum(&total, (const struct metrics *)((const char *)first + i * stride));
	write_requests(out, &total);
	write_durations(out, &total);
	write_number(out, "vitrine_connections", "gauge", "Connections open now.", gauges->connections);
	write_number(out, "vitrine_connections_total", "counter", "Connections accepted.",
		     read_counter(&total.accepted));
	write_number(out, "vitrine_connections_evicted_total", "counter", "Idle connections closed to make room.",
		     read_counter(&total.evicted));
	write_number(out, "vitrine_connections_timed_out_total", "counter", "Connections that passed a deadline.",
		     read_counter(&total.timed_out));
	write_number(out, "vitrine_request_body_bytes", "gauge", "Memory held by large requests under way.",
		     gauges->bodies_bytes);
	write_number(out, "vitrine_queue_length", "gauge", "Requests that wait for a worker.", gauges->queued);
	write_number(out, "vitrine_workers", "gauge", "Worker threads.", gauges->workers);
	write_number(out, "vitrine_waiting", "gauge", "Requests that wait for something to tell.", gauges->waiting);
	write_number(out, "vitrine_log_lines_dropped_total", "counter", "Log lines that could not be written.",
		     gauges->log_dropped);
	write_number(out, "vitrine_tend_runs_total", "counter", "Turns in which what is due was seen to.",
		     gauges->tended.runs);
	write_number(out, "vitrine_tend_failures_total", "counter", "Turns in which that failed.",
		     gauges->tended.failures);
	write_number(out, "vitrine_tend_due", "gauge", "1: the last turn left something that is due.",
		     gauges->tended.due);
	write_number(out, "process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
	buf_printf(out,
		   "# HELP process_start_time_seconds When the process started, in Unix time.\n"
		   "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds %lld.%03d\n",
		   (long long)(gauges->start_time / 1000), (int)(gauges->start_time % 1000));
}
