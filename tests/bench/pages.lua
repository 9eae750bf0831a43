-- For wrk: gets the paths of the file that BENCH_PATHS names, in turn. The last line printed is read by bench.py.
local requests = {}
local at = 0

function init()
	for path in io.lines(os.getenv("BENCH_PATHS")) do
		requests[#requests + 1] = wrk.format("GET", path)
	end
end

function request()
	at = at % #requests + 1
	return requests[at]
end

function done(summary, latency)
	local errors = summary.errors
	print(string.format("RESULT requests=%d microseconds=%d p50=%d p99=%d bad=%d", summary.requests, summary.duration,
		latency:percentile(50), latency:percentile(99),
		errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
