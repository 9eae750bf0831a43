/* metrics.h: what GET /Metrics tells, in Prometheus' text format.
 *
 * Each event loop counts for itself, so that counting costs no more than an addition; the sums are made when somebody
 * asks.
 */
#ifndef VITRINE_PLATFORM_HTTP_METRICS_H
#define VITRINE_PLATFORM_HTTP_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/buf.h"
#include "models/api.h"
#include "platform/http/tender.h"

enum {
	METRICS_OPS = API_OPS + 2, /* the table's, "metrics", and "none": refused before an operation was known */
	METRICS_CLASSES = 6,       /* of status: 0 unused, 1xx to 5xx */
	METRICS_BUCKETS = 7,       /* of latency, the last one without an upper end */
};

/* One writer, any number of readers. */
struct metrics {
	_Atomic uint64_t requests[METRICS_OPS][METRICS_CLASSES];
	_Atomic uint64_t buckets[METRICS_OPS][METRICS_BUCKETS];
	_Atomic uint64_t microseconds[METRICS_OPS];
	_Atomic uint64_t accepted, evicted, timed_out;
};

/* The name of what is answered here and not by dispatch. */
extern const char metrics_op[];

void metrics_count(struct metrics *metrics, const char *op, int status, int64_t microseconds);

/* Adds one to a counter that only this thread writes. */
void metrics_add(_Atomic uint64_t *counter, uint64_t amount);

/* What is measured besides the counters. */
struct metrics_gauges {
	uint64_t connections, bodies_bytes, queued, workers, waiting, log_dropped;
	struct tender_counts tended;
	int64_t start_time; /* ms */
};

/* Writes the sums over `count` loops, whose metrics lie `stride` bytes apart. */
void metrics_write(struct buf *out, const struct metrics *first, size_t count, size_t stride,
		   const struct metrics_gauges *gauges);

#endif
