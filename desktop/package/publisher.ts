/** The company's name, in the properties of the program. */
export const COMPANY = "Invoify";

/**
 * The subject of the certificate that signs the app: its full distinguished name, in the form of
 * `(Get-AuthenticodeSignature FILE).SignerCertificate.Subject`. An update with another signer is refused. The common name alone
 * is not enough: another company may get a certificate with the same one. It is compiled into the app, whose package has a
 * hash, so a changed `app-update.yml` does not change it.
 */
export const PUBLISHER = "CN=Invoify, O=Invoify, L=Zürich, S=Zürich, C=CH";
