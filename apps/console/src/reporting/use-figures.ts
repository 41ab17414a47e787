/** Figures of the server, kept while one looks from one period to the next. */
import type { CallOf, OperationName } from '@sower/api/operations';
import { keepPreviousData } from '@tanstack/react-query';
import { useAnswer } from '../api/use-answer.ts';

export const useFigures = <N extends OperationName>(name: N, call: CallOf<N>) =>
  useAnswer(name, call, { placeholderData: keepPreviousData });
