import { Registry } from 'prom-client';

/**
 * Where every metric of the process is registered. Domain metrics are named like the domain, `minuet_*`, and
 * are declared next to the function that changes them, with `registers: [metrics]`.
 */
export const metrics = new Registry();
