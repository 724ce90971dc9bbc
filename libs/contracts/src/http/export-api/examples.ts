/** Requests the tests and the OpenAPI document share. */
export const storageEntries = [
  {
    storage_purpose: 'ts',
    storage_type: 'S3',
    storage_enable: true,
    storage_location: 'us-west-2',
    storage_root_folder: '',
    storage_name: 'ch-or-001',
    storage_description: '',
  },
  {
    storage_purpose: 'mp4',
    storage_type: 'S3',
    storage_enable: true,
    storage_location: 'us-west-2',
    storage_root_folder: '',
    storage_name: 'ch-or-001',
    storage_description: '',
  },
  {
    storage_purpose: 'upload',
    storage_type: 'S3',
    storage_enable: true,
    storage_location: 'us-east-1',
    storage_root_folder: '13effbb0b4874ad98be66654b291149a/CHANNEL/VIDEO',
    storage_name: 'pp-va-001',
    storage_description: '',
    storage_path_id: '35f86d7cff0c427babd15fdfd860c007',
  },
];

export const toBase64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

/** A clip of a recording by wall clock, as ts. */
export const mediaExample = {
  FetchMedia: true,
  StartTime: '00:46:13',
  StartPos: 1673293611963,
  Duration: 677603,
  HiResFilePath: 'CHANNEL/RECORDING/2b2435aef29148dc/1a6a864933f74e75/1/play.m3u8',
  FileName: 'CHANNELRECORDING2b_v2dv',
  SessionId: '3963454BAED749A28CF1A6B3F49ED557',
  storage_info: toBase64(storageEntries),
  export_type: 0,
  is_cover: true,
  media_type: 'ts',
  ServiceCaller: 'trimmer.example.com',
  userid: 'editor@example.com',
};

export const thumbnailExample = {
  FetchThumb: true,
  StartTime: '00:46:13',
  LivePath: 'CHANNEL/RECORDING/2b2435aef29148dc/live.mpd',
  FileName: 'CHANNELRECORDING2b_v2dv',
  SessionId: '3963454BAED749A28CF1A6B3F49ED557',
  storage_info: toBase64(storageEntries),
};
