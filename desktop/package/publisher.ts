/** As the certificate that signs the app names it: an update that somebody else has signed is refused. */
export const PUBLISHER = "Invoify";
