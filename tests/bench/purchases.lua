-- For wrk: buys a unit of one product after the other, for one client after the other, each time under a key of its own.
-- BENCH_TOKENS names a file of access tokens, BENCH_PRODUCTS one of product ids and prices, a line each.
local tokens, bodies = {}, {}
local run = os.getenv("BENCH_RUN")
local count = 0

function init()
	for token in io.lines(os.getenv("BENCH_TOKENS")) do
		tokens[#tokens + 1] = "Bearer " .. token
	end
	for line in io.lines(os.getenv("BENCH_PRODUCTS")) do
		local id, price = line:match("(%S+) (%S+)")
		bodies[#bodies + 1] = string.format('{"items":[{"product_id":"%s","quantity":1,"price":"%s"}]}', id, price)
	end
end

function request()
	count = count + 1
	local headers = {
		["Authorization"] = tokens[count % #tokens + 1],
		["Content-Type"] = "application/json",
		["Idempotency-Key"] = run .. "-" .. count,
	}
	return wrk.format("POST", "/Purchase", headers, bodies[count % #bodies + 1])
end

function done(summary, latency)
	local errors = summary.errors
	print(string.format("RESULT requests=%d microseconds=%d p50=%d p99=%d bad=%d", summary.requests, summary.duration,
		latency:percentile(50), latency:percentile(99),
		errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
