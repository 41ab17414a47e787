/** Texts of the components themselves: the same in both consoles. */
export const partsEn = {
  parts: {
    alerts: {
      success: 'Success alert:',
      danger: 'Danger alert:',
      warning: 'Warning alert:',
      info: 'Info alert:',
      custom: 'Alert:',
    },
    helperTexts: {
      default: 'help',
      indeterminate: 'open',
      warning: 'warning',
      success: 'correct',
      error: 'wrong',
    },
    closeNotice: 'Close: {{notice}}',
    showTyped: 'Show what is typed',
    hideTyped: 'Hide what is typed',
    generate: 'Generate',
    chooseFile: 'Choose a file',
    noFile: 'No file chosen. You can also drop one here.',
  },
} as const;
