/** The driver, and this program's connection, which extends it: the bundle loads them for the first use, so not where SQLite is used. */
export { default as pg } from 'pg';
export { Connection } from './connection.ts';
