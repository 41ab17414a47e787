/** The addresses that a server listens on, each by the option that names it, and whether it can. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, isIPv6 } from 'node:net';
import type { Config } from '../config.ts';
import { type Address, addressText } from '../core/address.ts';

export type Port = {
  readonly option: string;
  readonly address: Address;
  /**
   * @returns the port, which the system chooses for 0
   * @throws if it is taken
   */
  readonly find: (address: Address) => Promise<number>;
};

/** That of `--listen` first. */
export function portsOf(config: Config): Port[] {
  const { metrics, acme, radius } = config;
  const all = [
    ['--listen', config, freeTcp],
    ['--metrics-listen', metrics, freeTcp],
    ['--acme-listen', acme, freeTcp],
    ['--radsec', radius.radsec, freeTcp],
    ['--radius', radius.authentication, freeUdp],
    ['--radius-accounting', radius.accounting, freeUdp],
  ] as const;
  return all.flatMap(([option, address, find]) => (address ? [{ option, address, find }] : []));
}

/** Where one that listens everywhere is reached from this host. */
export const localAddressText = ({ host, port }: Address): string =>
  addressText({ host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host, port });

/** Exclusive: processes of ours share a port, and would share it with another server just as well. */
async function freeTcp({ host, port }: Address): Promise<number> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } finally {
    server.close();
  }
}

async function freeUdp({ host, port }: Address): Promise<number> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    socket.bind({ address: host, port, exclusive: true });
    await once(socket, 'listening');
    return socket.address().port;
  } finally {
    socket.close();
  }
}
