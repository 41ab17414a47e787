/** Everything that can be wrong with a TLS certificate: where it is, and what to do. */
export const certificateFindings = {
  'certificate-finding': {
    'acme-failed':
      'The certificate could not be renewed by ACME at {{time, time}}. {{reason}} The next attempt is at {{next, time}}; the current certificate stays until then.',
    'acme-aside':
      'ACME is on, but the certificate in use was chosen by hand, so it is not renewed. Order one now (Setup > Certificates, or sower certificate acme order), or turn ACME off.',
    'certificate-missing':
      'No certificate was found. A certificate in PEM begins with the line -----BEGIN CERTIFICATE-----.',
    'certificate-damaged':
      'Certificate {{number}}, which begins in line {{line}}, is damaged and cannot be read. Copy the file again.',
    'certificate-repeated': 'Certificate {{number}} ({{subject}}) is in the chain twice. Remove one of them.',
    'chain-too-long':
      'The chain has {{found}} certificates, and 10 is the maximum. Remove those that are not part of it.',
    'key-missing':
      'No private key came with it, and no key made here belongs to this certificate. Add the key file.',
    'key-damaged':
      'The private key cannot be read. A key in PEM begins with the line -----BEGIN PRIVATE KEY-----, or ENCRYPTED, RSA or EC PRIVATE KEY.',
    'several-keys': 'The file has {{found}} private keys. Keep only the one of the certificate.',
    'password-missing': 'The private key is encrypted. Enter its password.',
    'password-wrong': 'The password is wrong.',
    'pkcs12-damaged': 'This is not a PKCS#12 file (.p12 or .pfx), or it is damaged. Choose the file again.',
    'encryption-method':
      'The file is encrypted in a way that is not supported ({{method}}). Export it again with AES-256 and SHA-256.',
    'too-many-rounds':
      'The file asks for {{found}} rounds of password hashing, more than any program uses. Export it again.',
    'key-of-another':
      'The private key does not belong to certificate {{number}} ({{subject}}). Use the key that was made with its signing request.',
    'key-further-down':
      "The private key belongs to certificate {{number}} ({{subject}}). The order is wrong: the server's own certificate must come first.",
    expired:
      'Certificate {{number}} ({{subject}}) expired on {{date}}. Request a new one from its authority.',
    'not-yet-valid':
      'Certificate {{number}} ({{subject}}) is valid only from {{date}}. Wait until then, or check the clock of this server.',
    'name-missing':
      'Certificate 1 does not name {{host}}, which clients connect to; it names {{names}}. Request one that has it as a DNS name.',
    'not-for-servers':
      'Certificate 1 ({{subject}}) is not for servers: its extended key usage lacks "TLS Web Server Authentication".',
    'weak-key':
      'Certificate {{number}} ({{subject}}) has a key that clients refuse: {{key}}. Use RSA with 2048 bits or more, or EC P-256.',
    'weak-signature':
      'Certificate {{number}} ({{subject}}) is signed with {{algorithm}}, which clients refuse. Request one signed with SHA-256.',
    'wrong-order':
      "Certificate {{number}} ({{subject}}) did not issue the one before it; certificate {{right}} did. Put the server's certificate first, and then the issuer of each.",
    'foreign-certificate':
      'Certificate {{number}} ({{subject}}) did not issue the one before it, and neither did any other here. Add the certificate of "{{issuer}}" after certificate {{before}}, or remove certificate {{number}}.',
    'chain-incomplete':
      'The chain ends with certificate {{number}}, issued by "{{issuer}}", which is not a known authority. Append the certificate of the issuer.',
    'own-authority':
      "The certificate comes from this server's own CA. Phones refuse it, and browsers warn about it. Use one from a trusted authority: Setup > Certificates, or sower certificate request.",
    'self-signed': 'The certificate is self-signed. Phones refuse it. Use one from a trusted authority.',
    'expires-soon':
      'Certificate {{number}} ({{subject}}) expires in {{days}} days, on {{date}}. Replace it before then, or clients will refuse it.',
    overridden:
      'A certificate is stored here, but this server was started with --tls-certificate, which takes precedence. To use the stored one, start without that option.',
    unreachable:
      '{{url}} does not answer from this host. Phones must be able to reach it from where they are.',
    'another-server':
      '{{url}} answers, but it is not this server. Check the host name, the port and the proxy.',
    untrusted:
      '{{url}} answers with a certificate that this host does not trust ({{reason}}). Phones that do not have its authority refuse it.',
    'no-tls':
      '{{url}} answers without TLS. Authenticators connect only by https: put a proxy in front of this server.',
    'wrong-name': '{{url}} answers with a certificate that does not name {{host}}.',
    'other-certificate':
      '{{url}} answers with a different certificate: a proxy in front of this server has its own.',
  },
} as const;
