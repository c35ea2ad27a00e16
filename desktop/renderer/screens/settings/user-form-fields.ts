/** The fields of the forms of a new and an existing user. */
import type { z } from "zod";
import { ROLES } from "../../../../events/business/roles.ts";
import type { userAdded, userDetails } from "../../../../events/business/user.ts";
import type { Row } from "../../../../projector/tables/tables.ts";
import { fieldsOf, required, type TextFieldOf } from "../../form/form-fields.ts";

type UserField = Omit<TextFieldOf<Row<"user">, string>, "at">;

const NAME: UserField = {
  label: "Name",
  input: { maxLength: 200, required: true },
  typed: ({ name }) => name,
  read: required,
};
const EMAIL: UserField = {
  label: "E-mail",
  input: { type: "email", maxLength: 254, required: true },
  typed: ({ email }) => email,
  read: (text, reading) => required(text, reading).toLowerCase(),
};

export const USER_FORM = fieldsOf<z.infer<typeof userDetails>, Row<"user">>()((field) => ({
  name: field("name", NAME),
  email: field("email", EMAIL),
}));

export const NEW_USER_FORM = fieldsOf<z.infer<typeof userAdded>, Row<"user">>()((field) => ({
  name: field("name", NAME),
  email: field("email", EMAIL),
  role: field("role", {
    label: "Role",
    begin: "clerk",
    typed: ({ role }) => role,
    read: (text) => ROLES.find((role) => role === text) ?? "clerk",
  }),
}));
