/**
 * The longest logo, bytes: it is in every page that shows a document. In a file of its own, because the app's page
 * uses it without the schemas.
 */
export const MAX_LOGO_BYTES = 48 * 1024;
