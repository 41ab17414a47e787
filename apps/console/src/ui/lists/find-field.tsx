/** Narrows down what is on the page, while it is typed. */
import { TextField } from '../field.tsx';
import { Form } from '../forms/form.tsx';

export function FindField({
  wide = false,
  ...field
}: {
  label: string;
  help: string;
  value: string;
  onChange: (value: string) => void;
  wide?: boolean;
}) {
  return (
    <search aria-label={field.label}>
      <Form wide={wide}>
        <TextField type="search" {...field} />
      </Form>
    </search>
  );
}
