-- Apart from 0019, so that runs are written meanwhile.
alter table runs validate constraint runs_api_key_id_fkey;
