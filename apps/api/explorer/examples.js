/** Operations to begin with; `newKey()` is drawn anew with each run. */
export const examples = [
  {
    title: 'What can be asked',
    query: '{\n  __schema {\n    queryType { fields { name description } }\n  }\n}\n',
    variables: '',
  },
];
