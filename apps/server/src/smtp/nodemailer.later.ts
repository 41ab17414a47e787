/** Large, and needed where mail is sent: the bundle loads it for the first use of an export. */
export { createTransport } from 'nodemailer';
export { default as MimeNode } from 'nodemailer/lib/mime-node';
