export { type Collector, register, type RegisterOptions } from "./collector/register.ts";
export type { DestinationOptions } from "./collector/destinations.ts";
export type { TimeLimit } from "./collector/outbox.ts";
export type { SpoolOptions } from "./collector/spool/spool-options.ts";
export { SpoolSpanProcessor, type SpoolSpanProcessorOptions } from "./collector/spool-span-processor.ts";
export type { CollectorStats, DeliveryStats } from "./collector/stats.ts";
