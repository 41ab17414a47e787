/** Counters for Prometheus: outcomes by path, never by person. */
import { Counter, collectDefaultMetrics, Gauge, type Registry } from '@prometheus-io/client';

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

/** @param days until the certificate that is presented expires; `undefined` where there is none here */
export function certificateMetric(registry: Registry, days: () => number | undefined): void {
  new Gauge({
    name: 'sower_tls_certificate_days_to_expiry',
    help: 'Days until the presented certificate, or one of its chain, expires; negative when it has',
    registers: [registry],
    collect() {
      const left = days();
      if (left === undefined) this.reset();
      else this.set(left);
    },
  });
}
