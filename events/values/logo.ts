/**
 * The longest logo, bytes: it keeps the event that carries it below 64 KiB. In a file of its own, because the app's page
 * uses it without the schemas.
 */
export const MAX_LOGO_BYTES = 48 * 1024;
