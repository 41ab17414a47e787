/** Counters for Prometheus: outcomes by path, never by person. */
import { Counter, collectDefaultMetrics, type Registry } from '@prometheus-io/client';

export type Counters = {
  exchange(dialect: string, step: string, outcome: string): void;
  authentication(result: string): void;
};

export function appMetrics(registry: Registry): Counters {
  collectDefaultMetrics({ register: registry });
  const exchanges = new Counter({
    name: 'sower_ctkip_messages_total',
    help: 'CT-KIP requests by dialect, step and outcome',
    labelNames: ['dialect', 'step', 'outcome'],
    registers: [registry],
  });
  const authentications = new Counter({
    name: 'sower_authentications_total',
    help: 'Passcodes checked, by result',
    labelNames: ['result'],
    registers: [registry],
  });
  return {
    exchange: (dialect, step, outcome) => exchanges.inc({ dialect, step, outcome }),
    authentication: (result) => authentications.inc({ result }),
  };
}
