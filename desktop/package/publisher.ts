/** The name in the certificate that signs the app. An update with another signer is refused. */
export const PUBLISHER = "Invoify";
