export { type Collector, register, type RegisterOptions } from "./collector/register.ts";
