const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const path = require("node:path");

const LIMITS = {
  attributeCountLimit: 3,
  attributeValueLengthLimit: 4,
  eventCountLimit: 1,
  linkCountLimit: 1,
  attributePerEventCountLimit: 1,
  attributePerLinkCountLimit: 1,
};

/**
 * Makes spans in a provider that has a SpoolSpanProcessor, a resource, a sampler and limits; `../expected-limits.ts` says what is to be seen of it.
 * @param {Pick<import("./set-ups.cjs").Parts, "load" | "sdk">} parts
 */
async function makeLimitedSpans({ load, sdk }) {
  const { context, trace } = await load("@opentelemetry/api");
  const { SpoolSpanProcessor } = await load("vitrine/collector");
  const directory = mkdtempSync(path.join(tmpdir(), "vitrine-compat-spool-"));
  const processor = new SpoolSpanProcessor({ spool: { directory } });
  const provider = await makeProvider(load, { sdk, processor });
  const tracer = provider.getTracer("house", "1.2", { schemaUrl: "https://schema.test" });
  const parent = tracer.startSpan("kept", { attributes: { first: "12345", second: 2, third: 3 } });
  const link = { context: parent.spanContext(), attributes: { one: 1, two: 2 } };
  const within = trace.setSpan(context.active(), parent);
  const child = provider.getTracer("garden").startSpan("kept too", { links: [link, link] }, within);
  for (const name of ["early", "late"]) child.addEvent(name, { one: 1, two: 2 });
  const others = ["dropped", "only recorded"].map((name) => tracer.startSpan(name));
  for (const span of [child, ...others, parent]) span.end();
  await provider.forceFlush();
  const { ended, delivered } = processor.stats();
  if (ended !== 2 || delivered !== 2) throw new Error(`${ended} spans ended, and ${delivered} were delivered, not 2.`);
  await provider.shutdown();
  rmSync(directory, { recursive: true });
}

/**
 * @param {import("./set-ups.cjs").Load} load
 * @param {{ readonly sdk: 2 | 3, readonly processor: object }} parts
 */
async function makeProvider(load, { sdk, processor }) {
  const { NodeTracerProvider, TracerProvider, SamplingDecision } = await load(
    sdk === 2 ? "@opentelemetry/sdk-trace-node" : "@opentelemetry/sdk-trace",
  );
  const { resourceFromAttributes } = await load("@opentelemetry/resources");
  const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
  const decisions = new Map(Object.entries({ dropped: NOT_RECORD, "only recorded": RECORD }));
  const sampler = {
    /** @type {(...args: readonly [context: unknown, traceId: string, name: string]) => object} */
    shouldSample: (_context, _traceId, name) => ({
      decision: decisions.get(name) ?? RECORD_AND_SAMPLED,
      attributes: { sampled: name },
    }),
    toString: () => "by name",
  };
  return new (sdk === 2 ? NodeTracerProvider : TracerProvider)({
    resource: resourceFromAttributes({ "service.name": "shop", "host.name": Promise.resolve("till-7") }),
    sampler,
    spanLimits: LIMITS,
    spanProcessors: [processor],
  });
}

module.exports = { makeLimitedSpans };
