/** The configuration cannot be used: one line for each thing that is wrong. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
