import { Conversion, FilePathSource, FilePathTarget, Input, MPEG_TS, Mp4OutputFormat, Output } from 'mediabunny';

/** TS to mp4 without encoding, as its documentation has it. */
export const remuxMediabunny = async (inputPath: string, outputPath: string): Promise<void> => {
  const input = new Input({ source: new FilePathSource(inputPath), formats: [MPEG_TS] });
  const output = new Output({ format: new Mp4OutputFormat(), target: new FilePathTarget(outputPath) });
  const conversion = await Conversion.init({ input, output });
  await conversion.execute();
};
