/** What reads and writes ASN.1. Large, and needed for a certificate now and then: the bundle loads it for the first use of an export. */
import 'reflect-metadata';

export * as x509 from '@peculiar/x509';
export * as asn1js from 'asn1js';
export * as pkijs from 'pkijs';
